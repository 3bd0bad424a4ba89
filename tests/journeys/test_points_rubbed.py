"""Drawn points have a bar: the size of the brush, an eraser, and a way to begin anew."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.points import turned
from tests.journeys.test_points_paint import stroke
from workbench.workspaces.points import Points


def drawn(points: Points) -> np.ndarray:
    """The points that are the data."""
    assert points.data.values is not None
    return points.data.values


def test_the_eraser_takes_points_away_and_undo_gives_them_back(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points, act = turned(window, qtbot), window.desk.actions
    page, field = points.field_page, points.field_page.plane.fields[0]
    act["points.draw"].trigger()
    assert page.spray.isVisible()
    stroke(qtbot, field, (-120, 40), (-60, 40))
    left = drawn(points)
    stroke(qtbot, field, (60, -40), (120, -40))
    both = drawn(points)
    act["points.rub"].trigger()
    page.spray.sized.emit(40.0)
    assert field.brush is not None
    assert field.brush.radius == 40
    stroke(qtbot, field, (60, -40), (120, -40))
    np.testing.assert_array_equal(drawn(points), left)
    act["edit.undo"].trigger()
    np.testing.assert_array_equal(drawn(points), both)
    stroke(qtbot, field, (-120, 40), (120, 40), (120, -40), (-120, -40))
    assert "No two points are left" in window.status.sentence
    np.testing.assert_array_equal(drawn(points), both)
    act["points.rub"].trigger()
    act["points.wipe"].trigger()
    stroke(qtbot, field, (0, 0), (30, 0))
    assert 1 < len(drawn(points)) < len(both)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not page.spray.isVisible()
    assert not act["points.rub"].isEnabled()
