"""How the canvas of points is looked at and what it is painted with are found again at the next start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.points import turned
from tests.journeys.window import Window
from tests.widgets.test_chart_view import sheet
from workbench.fields.belief_frames import Shown
from workbench.pages.points_views.charts import Charts
from workbench.pages.points_views.training import TrainingView


def test_zoom_brushes_arrows_and_chart_are_found_again(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points, told = turned(window, qtbot), list[int]()
    points.watch(lambda: None, lambda: told.append(1))
    page, training, board = points.field_page, points.sheet.view_of(TrainingView), points.sheet.view_of(Charts).board
    page.plane.plane.move(3.0, (0.5, -0.25))
    page.line.plane.move(2.0, (1.0, 0.0))
    window.desk.actions["points.draw"].trigger()
    qtbot.keyClick(page.plane.fields[0], Qt.Key.Key_BracketRight)
    drawn = points.brushes.draw.radius
    window.desk.actions["points.paint"].trigger()
    qtbot.keyClick(page.plane.fields[0], Qt.Key.Key_BracketRight)
    painted = points.brushes.paint.radius
    page.paint.strength_chosen.emit(90)
    training.bar.setEnabled(True)
    training.bar.arrows.button(str(Shown.VELOCITY)).click()
    training.bar.choose_level(3)
    board.set_sheets([sheet("a"), sheet("b")])
    board.choice.setCurrentIndex(board.choice.findData("b"))
    board.choice.activated.emit(board.choice.currentIndex())
    assert len(told) >= 8, "each of them is kept a moment later"
    window.close()
    back = turned(opened(), qtbot)
    page, training, board = back.field_page, back.sheet.view_of(TrainingView), back.sheet.view_of(Charts).board
    assert (page.plane.plane.zoom, page.plane.plane.centre) == (3.0, (0.5, -0.25))
    assert (page.line.plane.zoom, page.line.plane.centre[0]) == (2.0, 1.0)
    assert (back.brushes.draw.radius, back.brushes.paint.radius) == pytest.approx((drawn, painted))
    assert back.brushes.paint.strength == 0.9
    assert (training.bar.look.shown, training.bar.look.level) == (Shown.VELOCITY, 3)
    board.set_sheets([sheet("a"), sheet("b")])
    assert [tile.sheet.title for tile in board.tiles if tile.sheet] == ["b"]


HUGE = 10**400  # JSON has whole numbers of any size


@pytest.mark.parametrize("value", [HUGE, "x", None, float("nan")])
def test_a_damaged_look_shows_the_whole_plane_and_leaves_the_brushes_as_they_are(qtbot: QtBot, shared: Window,
                                                                                value: object) -> None:
    points = turned(shared, qtbot)
    before, plane = points.brushes.kept, points.field_page.plane.plane
    plane.move(3.0, (0.5, -0.25))
    points.bring_back({"views": {"field": {"plane": [2.0, value, 0.0]}}, "brushes": {**before, "paint": value}}, {})
    assert plane.fits
    assert points.brushes.kept == before
