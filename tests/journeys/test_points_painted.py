"""What is painted lies where it was painted: by axes, probe, exports and in the brush's hand again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.modalities.own_points import own_bytes
from engines.modalities.points import read_points
from engines.units import Units
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.window import Window
from widgets.drawing.ruler import PLAIN
from widgets.fields.axes import Axes
from widgets.fields.line import DensityCurve
from widgets.fields.point_field import PointField
from workbench.fields.density_ink import dabbed, fixed, plane_sheet
from workbench.workspaces.points import Points

WAY = ((-2.4, 1.2), (-1.9, 1.2), (-1.4, 1.2))  # of a stroke: middle and ends are told apart by no sign alone
CURVE = ((0.5, 0.1), (1.5, 0.5), (2.5, 0.1))


def stroke(qtbot: QtBot, field: PointField, *places: tuple[float, float]) -> None:
    """Draw with the mouse through points of the axes."""
    at = [field.frame().place(*place).toPoint() for place in places]
    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=at[0])
    for place in at[1:]:
        qtbot.mouseMove(field, place)
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=at[-1])


def axes_of(field: PointField) -> Axes:
    found = field.layer("axes")
    assert isinstance(found, Axes)
    return found


def painted(window: Window, qtbot: QtBot) -> Points:
    """A stroke of the soft brush along a way."""
    points = turned(window, qtbot)
    window.desk.actions["points.paint"].trigger()
    field = points.field_page.plane.fields[0]
    assert axes_of(field) == Axes()
    stroke(qtbot, field, *WAY)
    assert axes_of(field) == Axes()
    return points


def units_of(window: Window) -> Units:
    live = window.desk.stage.live
    assert live is not None
    assert live.opened is not None
    assert live.opened.units is not None
    return live.opened.units


def test_a_painted_density_has_the_numbers_of_the_canvas_it_was_painted_on(qtbot: QtBot, opened: Opener,
                                                                          tmp_path: Path) -> None:
    window = opened()
    points = painted(window, qtbot)
    field = points.field_page.plane.fields[0]
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: axes_of(field).across != PLAIN, timeout=SOON)
    middle = axes_of(field)
    assert (middle.across.told(0), middle.up.told(0)) == pytest.approx(WAY[1], abs=0.06)
    made = run(window, qtbot, steps=20, count=300)
    assert axes_of(field) == middle
    units = units_of(window)
    points.field_page.panels.probed.emit(*units.standard(np.array(WAY[1])).tolist())
    qtbot.waitUntil(lambda: "at x −1.9" in field.accessibleDescription(), timeout=SOON)
    assert "at y 1.2" in field.accessibleDescription()
    points.export.points(tmp_path / "points.csv")
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)
    told = read_points(tmp_path / "points.csv").values
    np.testing.assert_allclose(told.mean(0), WAY[1], atol=0.1)
    assert np.abs(told - WAY[1]).max(0) == pytest.approx((0.8, 0.4), abs=0.4)
    window.close()
    again = opened()
    back = turned(again, qtbot)
    again.navigator.show_run(made)
    qtbot.waitUntil(lambda: axes_of(back.field_page.plane.fields[0]) == middle, timeout=SOON)


def test_a_drawn_curve_has_the_numbers_of_its_axis(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    window.desk.actions["points.paint"].trigger()
    window.desk.actions["points.on-line"].trigger()
    field = points.field_page.line.fields[0]
    qtbot.waitUntil(field.isVisible, timeout=SOON)
    assert axes_of(field) == Axes(True)
    stroke(qtbot, field, *CURVE)
    drawn = axes_of(field)
    assert drawn.across == PLAIN
    peak = drawn.up.told(CURVE[1][1])
    assert peak == pytest.approx(0.5 / 0.6, rel=0.05)  # as what is under the curve is 1
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: field.layer("density") is not None, timeout=SOON)
    told = axes_of(field)
    assert told.across.told(0) == pytest.approx(CURVE[1][0], abs=0.03)
    seen = field.layer("density")
    assert isinstance(seen, DensityCurve)
    assert seen.up.told(float(seen.density.max())) == pytest.approx(peak, rel=0.05)  # each cell is a small Gaussian
    run(window, qtbot, steps=8, count=200)
    assert axes_of(field) == told


def test_undone_and_taken_up_again_a_painting_lies_where_it_was(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = painted(window, qtbot)
    field = points.field_page.plane.fields[0]
    first = points.data.values
    stroke(qtbot, field, (1.5, -1.0), (2.0, -1.0))
    window.desk.actions["edit.undo"].trigger()
    assert first is not None
    np.testing.assert_array_equal(points.data.values, first)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: axes_of(field).across != PLAIN, timeout=SOON)
    window.desk.actions["points.paint"].trigger()
    assert axes_of(field) == Axes()
    heat = field.layer("drawn")
    assert heat is not None
    np.testing.assert_array_equal(fixed(points.brushes.paint._ink), first)


def test_a_painting_of_an_earlier_version_lies_where_it_was_painted_too(qtbot: QtBot, opened: Opener,
                                                                        home: Path) -> None:
    """Its file says nothing of places, as it always did; so none of them is another file than before."""
    sheet = plane_sheet()
    ink = dabbed(sheet.blank(), sheet.places(np.array(WAY)), 4.0, 1.0)
    window = opened()
    points = turned(window, qtbot)
    file = window.desk.library.home.points / "old.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(own_bytes(fixed(ink)))
    assert points.point_sets.use(str(file))
    field = points.field_page.plane.fields[0]
    qtbot.waitUntil(lambda: axes_of(field).across != PLAIN, timeout=SOON)
    assert (axes_of(field).across.told(0), axes_of(field).up.told(0)) == pytest.approx(WAY[1], abs=0.06)


def test_a_brush_that_is_put_away_is_no_longer_explained(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    window.desk.actions["points.paint"].trigger()
    assert window.status.sentence.startswith("Paint with the mouse")
    qtbot.keyClick(points.field_page.plane.fields[0], Qt.Key.Key_Escape)
    assert not points.brushes.held
    assert window.status.sentence == "The brush is put away"
