"""The user's own points: opened, dropped, pasted and drawn, undone, and found again; bad tables are said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engines.recipe import Recipe
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.window import Window
from widgets.fields.axes import Axes
from widgets.fields.particles import Particles

OWN = {"name": "own", "file": "points.npy"}
TABLE = "x,y\n" + "\n".join(f"{k % 7},{k % 5 + k / 100}" for k in range(60))
BAD = {
    "text.csv": ("1,2\n3,cat\n", "“text.csv” has the text “cat”"),
    "ragged.csv": ("1,2\n3,4,5\n", "“ragged.csv”"),
    "nan.csv": ("1,2\nnan,4\n5,6\n", "“nan.csv”"),
    "wide.csv": ("1,2,3\n4,5,6\n", "3 columns"),
    "empty.csv": ("", "“empty.csv” is empty"),
    "one.csv": ("1,2\n1,2\n", "at one place"),
}


def data_of(window: Window) -> object:
    return window.panel.values()["data"]


def test_a_dropped_table_is_sampled_travels_with_its_run_and_repeats_to_the_bit(qtbot: QtBot, opened: Opener,
                                                                              tmp_path: Path) -> None:
    window = opened()
    points = turned(window, qtbot)
    file = tmp_path / "mine.csv"
    file.write_text(TABLE)
    window.drop.open(file)
    assert data_of(window) == OWN
    assert points.data.values is not None
    assert points.data.values.shape == (60, 2)
    first = run(window, qtbot, steps=8, count=100)
    recipe = Recipe.from_json(window.desk.library.recipe(first))
    assert list(recipe.files) == ["points.npy"]
    live = window.desk.stage.live
    assert live is not None
    before = live.sha256
    points.data.values = None  # gone, and brought back by the run
    window.navigator.show_run(first)
    qtbot.waitUntil(lambda: points.data.values is not None, timeout=SOON)
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        window.runs.submit(recipe)
    assert window.desk.stage.live is not None
    qtbot.waitUntil(lambda: bool(window.desk.stage.live and window.desk.stage.live.sha256), timeout=SOON)
    assert window.desk.stage.live.sha256 == before


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_said_and_changes_nothing(name: str, qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = turned(window, qtbot)
    text, told = BAD[name]
    (tmp_path / name).write_text(text)
    window.drop.open(tmp_path / name)
    assert told in window.bar.sentence
    assert points.data.values is None
    assert data_of(window) == {"name": "ring", "modes": 8, "spread": 0.08}


def test_one_column_is_a_line(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = turned(window, qtbot)
    (tmp_path / "line.csv").write_text("\n".join(str(k % 9) for k in range(50)))
    window.drop.open(tmp_path / "line.csv")
    qtbot.waitUntil(lambda: points.field_page.fields[0].plane.line, timeout=SOON)


def test_pasted_text_becomes_the_data_and_undo_takes_it_back(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    QGuiApplication.clipboard().setText(TABLE)
    window.desk.actions["edit.paste"].trigger()
    assert data_of(window) == OWN
    window.desk.actions["edit.undo"].trigger()
    assert data_of(window) == {"name": "ring", "modes": 8, "spread": 0.08}
    assert points.data.values is None
    QGuiApplication.clipboard().setText("no table at all")
    window.desk.actions["edit.paste"].trigger()
    assert window.bar.sentence == ("The clipboard holds “no table at all”, which is no table; copy one or two numbers "
                                   "a line and paste again.")


def test_undo_of_points_goes_back_to_the_form_that_they_came_into(qtbot: QtBot, opened: Opener) -> None:
    """Whichever is shown by then; that one keeps its own data."""
    window = opened()
    points = turned(window, qtbot)
    window.panel.task_chosen.emit("fit-mixture")
    fitted = data_of(window)
    window.panel.task_chosen.emit("sample-points")
    sampled = data_of(window)
    QGuiApplication.clipboard().setText(TABLE)
    window.desk.actions["edit.paste"].trigger()
    window.navigator.choose_task("fit-mixture")  # as a run of it that is opened does, so nothing comes along
    window.desk.actions["edit.undo"].trigger()
    assert (window.panel.task, data_of(window)) == ("sample-points", sampled)
    assert points.data.values is None
    assert window.panel.forms["fit-mixture"].values()["data"] == fitted
    window.navigator.choose_task("fit-mixture")
    window.desk.actions["edit.redo"].trigger()
    assert (window.panel.task, data_of(window)) == ("sample-points", OWN)


def stroke(qtbot: QtBot, window: Window, *places: tuple[int, int]) -> None:
    """Draw with the mouse through places from the middle of the canvas."""
    field = window.spaces.current.field_page.plane.fields[0]  # pyright: ignore
    at = [field.rect().center() + QPoint(*place) for place in places]
    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=at[0])
    for place in at[1:]:
        qtbot.mouseMove(field, place)
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=at[-1])


def test_drawn_points_become_the_data_stroke_by_stroke(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    window.desk.actions["points.draw"].trigger()
    stroke(qtbot, window, (-100, 0), (-50, 20), (0, 0))
    first = points.data.values
    assert first is not None
    assert len(first) >= 6
    stroke(qtbot, window, (60, 60), (100, 60))
    assert points.data.values is not None
    assert len(points.data.values) > len(first)
    window.desk.actions["edit.undo"].trigger()
    np.testing.assert_array_equal(points.data.values, first)
    window.desk.actions["edit.redo"].trigger()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not points.brushes.draw.held
    assert not window.desk.actions["points.draw"].isChecked()
    run(window, qtbot, steps=5, count=50)
    assert data_of(window) == OWN


def test_own_points_and_layers_are_found_at_the_next_start(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = turned(window, qtbot)
    (tmp_path / "mine.csv").write_text(TABLE)
    window.drop.open(tmp_path / "mine.csv")
    window.desk.actions["layer.score"].trigger()
    values = points.data.values
    window.close()
    again = opened()
    back = turned(again, qtbot)
    qtbot.waitUntil(lambda: back.data.values is not None, timeout=SOON)
    np.testing.assert_array_equal(back.data.values, values)
    assert back.field_page.shows("score")
    assert data_of(again) == OWN


def test_pasted_points_are_seen_at_once_in_place_of_the_run_and_in_their_own_units(qtbot: QtBot,
                                                                                   opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=3, count=20)
    QGuiApplication.clipboard().setText("100 200\n500 200\n100 600\n500 600")
    window.desk.actions["edit.paste"].trigger()
    field = points.field_page.fields[0]
    qtbot.waitUntil(lambda: isinstance(field.layer("particles"), Particles), timeout=SOON)
    seen = field.layer("particles")
    assert isinstance(seen, Particles)
    np.testing.assert_allclose(seen.points, [[-1, -1], [1, -1], [-1, 1], [1, 1]])
    axes = field.layer("axes")
    assert isinstance(axes, Axes)
    assert (axes.across.told(-1), axes.across.told(1), axes.up.told(1)) == pytest.approx((100, 500, 600))
    named = run(window, qtbot, steps=3, count=20)
    assert window.desk.library.run(named).title == "20 points of clipboard"
    assert field.layer("axes") is axes
    assert "divided" not in points.field_page.note.text()


def test_the_key_that_opens_asks_for_a_table_in_points(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    window.desk.actions["file.open"].trigger()
    dialogs = window.findChildren(QFileDialog)
    assert [dialog.windowTitle() for dialog in dialogs] == ["Open points or density"]
    assert "*.npy" in dialogs[0].nameFilters()[0]
    dialogs[0].reject()
