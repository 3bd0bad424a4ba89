"""A user's table with names and units: seen, probed, compared, drawn on, exported and found again in its numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.data.points.cloud import Cloud
from engines.modalities.points import read_points
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.test_points_own import stroke
from tests.journeys.test_points_runs import beside
from tests.journeys.window import Window
from widgets.fields.axes import Axes
from widgets.fields.course import CourseAxes
from widgets.fields.point_field import PointField
from workbench.workspaces.images import Images
from workbench.workspaces.points import Points

NAMES = ("height_cm", "weight_kg")
PEOPLE = np.round(np.random.default_rng(3).multivariate_normal([172, 70], [[60, 60], [60, 140]], 200), 1)
TABLE = "\n".join([",".join(NAMES), *(f"{height},{weight}" for height, weight in PEOPLE)])
UNITS = Cloud.of(PEOPLE, names=NAMES).units


def taken(window: Window, qtbot: QtBot, folder: Path, text: str = TABLE) -> Points:
    """The table as data, its points on the canvas."""
    points = turned(window, qtbot)
    (folder / "people.csv").write_text(text)
    window.drop.open(folder / "people.csv")
    qtbot.waitUntil(lambda: points.field_page.fields[0].layer("particles") is not None, timeout=SOON)
    return points


def axes_of(field: PointField) -> Axes:
    found = field.layer("axes")
    assert isinstance(found, Axes)
    return found


def test_canvas_probe_and_exports_are_in_the_numbers_of_the_file(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = taken(window, qtbot, tmp_path)
    axes = axes_of(points.field_page.fields[0])
    assert (axes.across.name, axes.up.name) == NAMES
    assert {text for _, text in axes.numbers(points.field_page.fields[0].frame())} >= {"160", "180", "60", "80"}
    qtbot.waitUntil(lambda: "height_cm" in window.data_list.rows[0].facts, timeout=SOON)
    run(window, qtbot, steps=4, count=50)
    field, live = points.field_page.fields[0], window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    points.field_page.panels.probed.emit(*UNITS.standard(np.array([180.0, 75.0])).tolist())
    qtbot.waitUntil(lambda: "height_cm 180.0" in field.accessibleDescription(), timeout=SOON)
    assert "weight_kg 75.00" in field.accessibleDescription()
    for name in ("points.csv", "points.npy"):
        points.export.points(tmp_path / name)
    window.spaces.find(Images).export.arrays(tmp_path / "steps.npz")
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)
    told = UNITS.restored(live.samples)
    assert read_points(tmp_path / "points.csv").names == NAMES
    np.testing.assert_array_equal(read_points(tmp_path / "points.csv").values, told)
    np.testing.assert_array_equal(np.load(tmp_path / "points.npy"), told)
    with np.load(tmp_path / "steps.npz") as arrays:
        np.testing.assert_array_equal(arrays["x"][-1], told)
        assert arrays["columns"].tolist() == list(NAMES)


def test_panels_of_other_units_have_axes_and_distances_of_their_own(qtbot: QtBot, opened: Opener,
                                                                    tmp_path: Path) -> None:
    window = opened()
    points = taken(window, qtbot, tmp_path)
    run(window, qtbot, steps=3, count=50)
    table = points.table.table
    qtbot.waitUntil(lambda: bool(table.rows) and not any(row.late for row in table.rows), timeout=SOON)
    before = table.rows[0].values
    beside(window, qtbot, data={"name": "ring", "modes": 8, "spread": 0.08})
    qtbot.waitUntil(lambda: len(points.field_page.fields) == 2, timeout=SOON)
    qtbot.waitUntil(lambda: all(field.layer("density") for field in points.field_page.fields), timeout=SOON)
    own, ring = (axes_of(field) for field in points.field_page.fields)
    assert (own.across.name, ring.across.name) == ("height_cm", "")
    assert (own.across.unit, ring.across.unit) == (UNITS.scale, 1.0)
    qtbot.waitUntil(lambda: len(table.rows) == 3 and not any(row.late for row in table.rows), timeout=SOON)
    assert table.rows[0].values[:3] == before[:3]
    live = points.field.subjects.runs()[0]
    subject = points.field.subjects.subject(live)
    assert subject is not None
    measured = next(iter(points.table.store.figures(wish.key) for wish in points.table._wishes if wish.run == live.run))
    assert measured is not None
    assert before[1] == pytest.approx(UNITS.scale * measured.energy)


def test_units_and_names_are_found_again_and_undone(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = taken(window, qtbot, tmp_path)
    window.desk.actions["edit.undo"].trigger()
    assert points.data.names == ()
    window.desk.actions["edit.redo"].trigger()
    assert points.data.names == NAMES
    first = run(window, qtbot, steps=2, count=20)
    window.close()
    again = opened()
    back = turned(again, qtbot)
    qtbot.waitUntil(lambda: back.data.values is not None, timeout=SOON)
    assert back.data.names == NAMES
    again.navigator.show_run(first)
    live = again.desk.stage.live
    assert live is not None
    qtbot.waitUntil(lambda: live.opened is not None, timeout=SOON)
    assert live.opened is not None
    assert live.opened.units == UNITS


def test_strokes_on_a_table_are_in_its_units(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = taken(window, qtbot, tmp_path)
    window.desk.actions["points.draw"].trigger()
    stroke(qtbot, window, (-20, 0), (0, 0), (20, 0))
    values = points.data.values
    assert values is not None
    np.testing.assert_array_equal(values[:len(PEOPLE)], PEOPLE)
    new = values[len(PEOPLE):]
    assert len(new) >= 3
    assert np.abs(new.mean(0) - PEOPLE.mean(0)).max() < 2 * UNITS.scale
    stroke(qtbot, window, (40, 40), (60, 40))
    assert points.data.values is not None
    np.testing.assert_array_equal(points.data.values[:len(values)], values)
    assert points.data.names == NAMES
    assert axes_of(points.field_page.fields[0]).across.name == "height_cm"
    qtbot.keyClick(window, Qt.Key.Key_Escape)


def test_a_column_of_numbers_reads_along_the_line_and_over_time(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = taken(window, qtbot, tmp_path, "\n".join(["year", *(str(1200 + 3 * k) for k in range(201))]))
    run(window, qtbot, steps=3, count=50)
    axes = axes_of(points.field_page.fields[0])
    low, high = (axes.across.told(end) for end in (-1.5, 1.5))
    assert axes.across.name == "year"
    assert (low, high) == pytest.approx((1240, 1760), abs=30)
    assert axes.up.unit == pytest.approx(1 / axes.across.unit)
    window.desk.actions["layer.course"].trigger()
    qtbot.waitUntil(lambda: isinstance(points.field_page.fields[0].layer("axes"), CourseAxes), timeout=SOON)
    assert axes_of(points.field_page.fields[0]).up.name == "year"
