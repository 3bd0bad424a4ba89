"""What has no room is told in full under the pointer: captions, titles, names of a legend, rows of a table."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from widgets.charts.data import ChartAxis, ChartLine, ChartSheet
from widgets.charts.view import ChartView
from widgets.controls.film_strip import FilmStrip
from widgets.fields.panels import FieldPanels
from widgets.lists.figure_table import FigureRow, FigureTable
from widgets.options.field_label import FieldLabel
from widgets.options.fields import FieldSpec, Kind
from widgets.options.rows import FormRow
from widgets.pictures.compare_view import CompareView
from widgets.pictures.image_grid import ImageGrid
from widgets.pictures.result_strip import ResultStrip

LONG = "Predictor–corrector with a spacing of even log-SNR"


def told_at(monkeypatch: pytest.MonkeyPatch, widget: QWidget, place: QPointF) -> str:
    """The tooltip at a place, "" for none."""
    told = list[str]()
    with monkeypatch.context() as patch:
        patch.setattr(QToolTip, "showText", lambda _at, text, _widget: told.append(text))
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place.toPoint(), QPoint(0, 0)))
    return " ".join(" ".join(told).split())


def test_the_caption_of_a_panel(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panels = FieldPanels()
    qtbot.addWidget(panels)
    panels.resize(420, 420)
    names = [f"60 steps, Heun, {LONG}", f"10 steps, Heun, {LONG}", "DDIM", "Euler"]
    panels.set_captions(names)
    panels.show()
    for field, name in zip(panels.fields, names, strict=True):
        place = field.caption_box(field.plate()).center()
        assert told_at(monkeypatch, field, place) == (name if LONG in name else "")
        assert not told_at(monkeypatch, field, QPointF(field.rect().center()))
        assert field.accessibleName() == name


def test_titles_and_captions_of_pictures(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = ImageGrid()
    qtbot.addWidget(grid)
    grid.resize(200, 240)
    grid.set_title(f"Left · {LONG}, {LONG}")
    grid.set_images(np.zeros((4, 1, 8, 8), np.float32), [f"{k} · {LONG} {k}" for k in range(4)])
    assert LONG in told_at(monkeypatch, grid, QPointF(100, 6))
    below = grid.tile_rect(1).center() + QPointF(0, grid.tile_rect(1).height() / 2 + 6)
    assert told_at(monkeypatch, grid, below) == f"1 · {LONG} 1"
    grid.set_title("Left")
    grid.set_captions(["0", "1", "2", "3"])
    assert not told_at(monkeypatch, grid, QPointF(100, 6)) + told_at(monkeypatch, grid, below)


def test_the_sides_of_a_comparison_have_their_whole_name(qtbot: QtBot) -> None:
    view = CompareView()
    qtbot.addWidget(view)
    zeros = np.zeros((2, 1, 8, 8), np.float32)
    view.set_pair(zeros, zeros, (LONG, "DDIM"), (["a", "b"], ["a", "b"]))
    assert [view.left.grid.accessibleName(), view.right.grid.accessibleName()] == [f"Left · {LONG}", "Right · DDIM"]


def test_a_name_of_a_legend(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(320, 300)
    values, none = np.array([1.0, 2.0]), np.zeros(0)
    lines = tuple(ChartLine(name, values, values, none) for name in (f"{LONG}, {LONG}", "DDIM"))
    view.set_sheet(ChartSheet("Errors", ChartAxis("x"), ChartAxis("y"), lines))
    chart = view.chart()
    assert chart is not None
    told = [told_at(monkeypatch, view, box.center()) for box in chart.rooms.legend]
    assert told == [f"{LONG}, {LONG}", ""]


def test_a_row_of_a_table_and_a_result(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    table, strip = FigureTable("Distances", [("Energy", "how far")]), ResultStrip()
    for widget in (table, strip):
        qtbot.addWidget(widget)
        widget.resize(300, 140)
    table.show_rows("Distances", [FigureRow(LONG, ("1.0",)), FigureRow("DDIM", ("1.0",))])
    card = table.card()
    places = [QPointF(card.left() + 30, card.top() + 9 + 20 * (k + 1.5)) for k in range(2)]
    assert told_at(monkeypatch, table, places[0]) == LONG
    assert table.tip_at(places[1]) == "DDIM"
    strip.set_results(np.zeros((2, 1, 8, 8), np.float32), [LONG, "b"])
    assert [told_at(monkeypatch, strip, strip.tile_rect(k).center()) for k in (0, 1)] == [LONG, ""]


def test_the_name_of_an_option(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """It never runs under its slider, and is whole in the tooltip."""
    row = FormRow(FieldSpec("weight", "Weight of the model", Kind.FLOAT, 1.0, 0.0, 2.0, widget="slider", help="How."))
    qtbot.addWidget(row)
    row.show()
    (label,) = row.findChildren(FieldLabel)
    assert label.shown.endswith("…")
    assert label.fontMetrics().horizontalAdvance(label.shown) <= label.width()
    assert told_at(monkeypatch, label, QPointF(label.rect().center())).startswith("Weight of the model How.")
    assert label.text() == "Weight of the model", "as it is read out"


def test_why_the_first_frames_are_missing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a box of one frame no word is cut: all are in the tooltip; in a wider one they are read."""
    film = FilmStrip(along=True)
    qtbot.addWidget(film)
    film.resize(640, 50)
    film.set_frames(list(range(13)), lambda number: None)
    for absent, told in ((1, "Skipped by the strength"), (6, "")):
        film.set_absent(absent, "Skipped by the strength")
        assert told_at(monkeypatch, film, QPointF(24, 26)) == told
