"""Runs of points compared: table of distances, active panel, curves, a sweep around them, films and drawings."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.test_points_runs import beside
from tests.journeys.window import Window
from widgets.drawing.pixmaps import from_qimage
from widgets.fields.density import Contours
from widgets.lists.figure_table import FigureTable
from workbench.controllers.points import export as points_export
from workbench.controllers.points import table as points_table
from workbench.fields import believed_store
from workbench.pages.points_views.field import Field
from workbench.workspaces.points import Points

RING = {"name": "ring", "modes": 8}


def measured(points: Points, qtbot: QtBot) -> FigureTable:
    """The table, once every figure of the present step is there."""
    table = points.table.table
    qtbot.waitUntil(lambda: bool(table.rows) and not any(row.late for row in table.rows), timeout=SOON)
    return table


def compared(window: Window, qtbot: QtBot) -> Points:
    """A run of thirty steps beside one of three."""
    points = turned(window, qtbot)
    run(window, qtbot, steps=30, count=400, data=RING)
    beside(window, qtbot, steps=3)
    qtbot.waitUntil(lambda: len(points.field_page.fields) == 2, timeout=SOON)
    return points


def test_a_row_for_each_panel_says_how_far_it_is_from_the_truth(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = compared(window, qtbot)
    window.desk.stage.move(30)
    table = measured(points, qtbot)
    assert [row.caption for row in table.rows] == ["30 steps", "3 steps", "As many exact points"]
    assert [row.texts[0] for row in table.rows] == ["30", "3", ""]
    good, bad, exact = (row.values[1] for row in table.rows)
    assert isinstance(good, float)
    assert isinstance(bad, float)
    assert isinstance(exact, float)
    assert bad > 3 * good, "three steps are farther away"
    assert good < 5 * exact, "thirty are nearly as near as exact points"
    assert "To the true distribution" in table.accessibleDescription()
    window.desk.stage.move(20)
    measured(points, qtbot)
    assert "To the truth at t 0.333" in table.accessibleDescription()
    energy = table.rows[0].values[1]
    assert isinstance(energy, float)
    assert energy < 0.05, "on their way the particles follow the diffused truth"


def test_rows_at_other_times_say_which_and_have_the_colours_of_their_curves(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = compared(window, qtbot)
    window.desk.stage.move(25)
    table = measured(points, qtbot)
    assert "To the truth, each at its own t" in table.accessibleDescription()
    times = [row.caption.rpartition(" · t ")[2] for row in table.rows]
    assert times[0] == times[2] == "0.166"
    assert times[1] == "0.333"
    assert [row.colour for row in table.rows] == ["prior", "likelihood", "text2"]
    plot = points.sheet.view_of(Field).plots.distance
    qtbot.waitUntil(lambda: len(plot._curves) == 3, timeout=SOON)
    assert [(curve.title, curve.colour, curve.dashed) for curve in plot._curves] == [
        ("30 steps", "prior", False), ("3 steps", "likelihood", False), ("exact points", "text2", True)]


def test_the_chart_tells_the_figure_of_the_table_at_every_step(qtbot: QtBot, opened: Opener) -> None:
    """Its curve has 24 of the 60 steps and what the table has measured: at the others it told that of a neighbour."""
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=60, count=200, data=RING)
    plot = points.sheet.view_of(Field).plots.distance
    qtbot.waitUntil(lambda: not points.table.store.busy, timeout=SOON)
    asked = {round(x) for x in np.linspace(0, 60, 24).tolist()}
    step = next(step for step in range(40, 60) if step not in asked)
    window.desk.stage.move(step)
    table = measured(points, qtbot)
    for row, curve in zip(table.rows, plot._curves, strict=True):
        assert curve.y[list(curve.xs).index(step)] == row.values[1]


def test_the_chart_says_how_much_of_it_is_measured(qtbot: QtBot, opened: Opener,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened()
    points = turned(window, qtbot)
    plot, told = points.sheet.view_of(Field).plots.distance, list[str]()
    titled = plot.set_title
    monkeypatch.setattr(plot, "set_title", lambda title: (told.append(title), titled(title)))
    run(window, qtbot, steps=30, count=200, data=RING)
    qtbot.waitUntil(lambda: not points.table.store.busy, timeout=SOON)
    assert "Energy distance, 5 of 24 steps" in told
    assert plot.heading == "Energy distance"


def test_the_table_is_copied_hidden_and_found_hidden_again(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = compared(window, qtbot)
    measured(points, qtbot)
    window.desk.actions["points.copy_distances"].trigger()
    rows = list(csv.reader(QGuiApplication.clipboard().text().splitlines()))
    assert rows[0] == ["run", "t", "distance to", "calls", "energy dist.", "sliced W2", "mode weights", "NLL"]
    assert rows[1][:4] == ["30 steps", "0.0", "true distribution", "30"]
    assert float(rows[2][4]) > float(rows[1][4])
    window.desk.actions["points.distances"].trigger()
    assert points.table.table.isHidden()
    window.close()
    again = opened()
    back = turned(again, qtbot)
    qtbot.waitUntil(lambda: len(back.field_page.fields) == 2, timeout=SOON)
    assert back.table.table.isHidden()


def test_the_table_is_exported_with_name_and_time_apart(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """Of points without known modes the cells are empty; at steps of several times each row has its own."""
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=6, count=60, data={"name": "moons"})
    beside(window, qtbot, steps=7)
    qtbot.waitUntil(lambda: len(points.field_page.fields) == 2, timeout=SOON)
    window.desk.stage.move(2)
    measured(points, qtbot)
    asked = list[str]()

    def ask(_desk: object, _title: str, name: str, kinds: str, write: Callable[[Path, str], object]) -> None:
        asked.extend((name, kinds))
        write(tmp_path / name, kinds)

    monkeypatch.setattr(points_table, "ask_save", ask)
    window.desk.actions["points.export_table"].trigger()
    assert asked == ["60 points of Two moons distances.csv", "CSV (*.csv)"]
    rows = list(csv.DictReader((tmp_path / asked[0]).read_text(encoding="utf-8").splitlines()))
    assert [row["run"] for row in rows] == ["6 steps", "7 steps", "As many exact points"]
    assert len({row["t"] for row in rows}) == 2
    assert all(0 < float(row["t"]) < 1 for row in rows)
    assert [row["mode weights"] for row in rows] == [""] * 3
    assert float(rows[0]["energy dist."]) > 0


def test_a_panel_is_made_the_active_one_and_all_stay_where_they_are(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = compared(window, qtbot)
    stage = window.desk.stage
    first, second = points.runs.order
    stage.move(20)
    assert [field.marked for field in points.field_page.fields] == [True, False]
    field = points.field_page.fields[1]
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=field.rect().center())
    assert (stage.run, points.runs.order) == (second, [first, second])
    assert [field.marked for field in points.field_page.fields] == [False, True]
    assert stage.index == 2, "the step of the same time"
    assert stage.whose == "Panel 2"
    window.desk.actions["points.next"].trigger()
    assert stage.run == first
    window.desk.actions["points.remove"].trigger()
    assert points.runs.order == [second]
    assert stage.run == second
    window.desk.actions["points.remove"].trigger()
    assert "only one panel" in window.bar.sentence


def test_a_hovered_particle_is_pointed_out_in_every_panel(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = compared(window, qtbot)
    window.desk.stage.move(0)
    left, right = points.field_page.fields
    layer = left.layer("particles")
    place = layer.points[5]  # pyright: ignore
    right._move_probe(right.frame().place(*place.tolist()))
    assert left.hovered == right.hovered == 5
    right._move_probe(None)
    assert left.hovered == right.hovered == -1


def test_curves_of_all_panels_stand_in_the_plots(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = compared(window, qtbot)
    plots = points.curves._plots
    assert window.plots.pages.currentWidget() is plots
    measured(points, qtbot)
    qtbot.waitUntil(lambda: not points.table.store.busy, timeout=SOON)
    assert [curve.title for curve in plots.distance._curves] == ["30 steps", "3 steps", "exact points"]
    assert all(np.isfinite(curve.y).all() and np.ptp(curve.xs) == 30 for curve in plots.distance._curves[:2])
    assert plots.terms._curves
    points.runs.end()
    qtbot.waitUntil(lambda: len(plots.distance._curves) == 2, timeout=SOON)
    assert [curve.title for curve in plots.distance._curves] == ["", "exact points"], "one alone needs no name"


def test_a_sweep_takes_over_the_form_or_the_panels(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    compared(window, qtbot)
    window.desk.actions["points.repeat_sweep"].trigger()
    assert window.panel.task == "sweep"
    values = window.panel.values()
    assert (values["samplers"], list(values["steps"]), values["count"]) == ("ddim", [3, 30], 400)
    window.navigator.choose_task("sample-points")
    filled(window, steps=40, sampler={"name": "heun"}, path={"name": "ve"})
    window.desk.actions["points.sweep"].trigger()
    values = window.panel.values()
    assert (values["samplers"], list(values["steps"])) == ("heun", [5, 10, 20, 40])
    assert values["path"]["name"] == "ve"
    assert "with spacing uniform for all samplers" in window.status.sentence
    window.desk.history.undo()
    assert list(window.panel.values()["steps"]) == [3, 30]


def test_panels_go_into_a_film_and_a_drawing(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = compared(window, qtbot)
    at = window.desk.stage.index
    points.export.film(tmp_path / "film.gif")
    qtbot.waitUntil((tmp_path / "film.gif").exists, timeout=SOON)
    assert window.desk.stage.index == at, "the canvas is where it was"
    shown = points.field_page.panels.size()
    points.export.canvas(tmp_path / "canvas.svg")
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.width / film.height == pytest.approx(shown.width() / shown.height(), rel=0.02)
        assert getattr(film, "n_frames", 1) > 20
    drawing = (tmp_path / "canvas.svg").read_text(encoding="utf-8")
    assert "30 steps" in drawing
    assert "<path" in drawing


def test_a_film_shows_what_the_canvas_shows(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """By the key of films, with the layers in sight; of the last step it is the very canvas."""
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=3, count=30)
    file = tmp_path / "film.zip"
    monkeypatch.setattr(points_export, "ask_save", lambda _desk, _title, _name, _kinds, write: write(file, ""))
    window.desk.actions["file.export_film"].trigger()
    qtbot.waitUntil(file.exists, timeout=SOON)
    qtbot.waitUntil(lambda: not points.subjects.store.busy and not window.background.busy, timeout=SOON)
    with zipfile.ZipFile(file) as film:
        pages = [QImage.fromData(film.read(name)) for name in sorted(film.namelist())]
    canvas = points.field_page.panels.grab().toImage()
    assert len(pages) == 4
    np.testing.assert_array_equal(from_qimage(pages[-1])[..., :3], from_qimage(canvas)[..., :3])
    assert (from_qimage(pages[0]) != from_qimage(pages[-1])).any()


def test_a_film_waits_for_the_density_of_the_model(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(believed_store, "CELLS", 8)  # of each side: what it takes is of no matter here
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, prior="points-moons", data={"name": "moons"}, count=20, steps=2)
    qtbot.waitUntil(window.desk.actions["layer.model"].isEnabled, timeout=SOON)
    window.desk.actions["layer.model"].trigger()
    seen, grab, (field,) = list[object](), points.field_page.panels.grab, points.field_page.fields
    monkeypatch.setattr(points.field_page.panels, "grab", lambda: (seen.append(field.layer("model")), grab())[1])
    points.export.film(tmp_path / "film.zip")
    qtbot.waitUntil((tmp_path / "film.zip").exists, timeout=SOON)
    assert len(seen) >= 3
    assert all(isinstance(layer, Contours) for layer in seen)


def test_a_panel_that_begins_otherwise_says_so(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    compared(window, qtbot)
    assert not window.bar.sentence, "other steps begin from the same noise"
    beside(window, qtbot, seed=1234)
    assert "another seed, so it begins from other noise" in window.bar.sentence
