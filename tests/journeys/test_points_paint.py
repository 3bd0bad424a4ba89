"""A density is painted with the mouse, in the plane and on a line: undone, kept, sampled, and found again."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engines.modalities.own_points import read_own
from engines.recipe import Recipe
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.window import Window
from widgets.fields.point_field import PointField
from workbench.workspaces.points import Points


def stroke(qtbot: QtBot, field: PointField, *places: tuple[int, int]) -> None:
    """Draw with the mouse through places from the middle of a field."""
    at = [field.rect().center() + QPoint(*place) for place in places]
    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=at[0])
    for place in at[1:]:
        qtbot.mouseMove(field, place)
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=at[-1])


def contrast(a: QColor, b: QColor) -> float:
    """Of two colours, as WCAG has it."""
    dark, light = sorted(float(np.dot([0.2126, 0.7152, 0.0722], [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c.redF(), c.greenF(), c.blueF())]))
                         for c in (a, b))
    return (light + 0.05) / (dark + 0.05)


def density(points: Points) -> np.ndarray:
    """What is painted, as numbers that may be subtracted."""
    assert points.data.values is not None
    assert points.data.values.dtype == np.uint8
    return points.data.values.astype(int)


def begun(window: Window, qtbot: QtBot) -> tuple[Points, PointField]:
    points = turned(window, qtbot)
    window.desk.actions["points.paint"].trigger()
    assert points.field_page.paint.isVisible()
    return points, points.field_page.plane.fields[0]


def test_a_painted_density_is_sampled_kept_and_found_again(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points, field = begun(window, qtbot)
    stroke(qtbot, field, (-120, 40), (-90, 40), (-60, 40))
    first = density(points)
    painted = field.grab().toImage().pixelColor(field.rect().center() + QPoint(-90, 40))
    ground = QColor(field.theme.bg1)
    assert contrast(painted, ground) > 1.8, "one stroke of usual strength is plain to see"
    stroke(qtbot, field, (60, -40), (120, -40))
    second = density(points)
    assert second.sum() > 1.5 * first.sum()
    window.desk.actions["points.erase"].trigger()
    stroke(qtbot, field, (60, -40), (120, -40))
    assert first.sum() < density(points).sum() < second.sum()
    window.desk.actions["edit.undo"].trigger()
    np.testing.assert_array_equal(density(points), second)
    window.desk.actions["edit.undo"].trigger()
    np.testing.assert_array_equal(density(points), first)
    window.desk.actions["edit.redo"].trigger()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not points.brushes.held
    assert not points.field_page.paint.isVisible()
    assert window.data_list.rows[0].title == "painting"
    qtbot.waitUntil(lambda: window.data_list.rows[0].facts == "A density of the plane", timeout=SOON)
    made = run(window, qtbot, steps=20, count=300)
    recipe = Recipe.from_json(window.desk.library.recipe(made))
    np.testing.assert_array_equal(read_own(recipe.files["points.npy"]).values, second)
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    x, y = np.asarray(live.samples).T
    # two strokes: below on the left and above on the right, about as heavy
    assert (x * y > 0).mean() > 0.9
    window.close()
    back = turned(opened(), qtbot)
    qtbot.waitUntil(lambda: back.data.values is not None, timeout=SOON)
    np.testing.assert_array_equal(density(back), second)


def test_the_curve_of_a_density_is_drawn_on_a_line(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points, _ = begun(window, qtbot)
    window.desk.actions["points.on-line"].trigger()
    line = points.field_page.line.fields[0]
    qtbot.waitUntil(line.isVisible, timeout=SOON)
    stroke(qtbot, line, (-100, 0), (0, -60), (100, 0))
    drawn = density(points)
    assert len(drawn) == 1
    high = np.flatnonzero(drawn[0])
    # the corner of the curve may lie on the border of two cells
    assert abs((high.min() + high.max()) / 2 - drawn[0].argmax()) <= 1
    assert (np.diff(drawn[0][high.min():drawn[0].argmax() + 1]) >= 0).all()
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    run(window, qtbot, steps=8, count=50)
    live = window.desk.stage.live
    assert live is not None
    assert live.opened is not None
    assert live.opened.shape == (50, 1)


def test_the_brushes_are_never_in_the_hand_together(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points, field = begun(window, qtbot)
    qtbot.keyClick(field, Qt.Key.Key_BracketRight)
    assert field.brush is not None
    radius = field.brush.radius
    window.desk.actions["points.draw"].trigger()
    assert points.brushes.draw.held
    assert not points.brushes.paint.held
    stroke(qtbot, field, (0, 0), (30, 0))
    assert points.data.values is not None
    assert points.data.values.dtype == np.float64
    window.desk.actions["points.paint"].trigger()
    assert not points.brushes.draw.held
    assert field.brush.radius == radius
    window.desk.actions["points.blank"].trigger()
    assert field.layer("drawn") is None


@pytest.mark.parametrize("brush", ["points.draw", "points.paint"])
def test_a_brush_taken_up_among_pictures_turns_to_points_and_leaving_puts_it_away(qtbot: QtBot, opened: Opener,
                                                                                  brush: str) -> None:
    window = opened()
    window.navigator.choose_task("generate")
    window.desk.actions[brush].trigger()
    points = window.spaces.current
    assert isinstance(points, Points)
    assert points.field_page.isVisible()
    assert points.brushes.held
    window.navigator.choose_task("generate")
    assert not points.brushes.held
