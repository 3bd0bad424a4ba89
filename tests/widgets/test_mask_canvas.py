"""Painting a mask with real events: what changes, what undo brings back, what stays untouched."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import NONE, drag, send, turn_wheel
from widgets.masks.canvas import MaskCanvas
from widgets.masks.tools import Brush, Eraser, Fill, Lasso, Rectangle

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def at(canvas: MaskCanvas, x: float, y: float) -> QPointF:
    """Where a point of the picture lies on the canvas."""
    return canvas.to_widget(QPointF(x, y))


def stroke(canvas: MaskCanvas, *points: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
    """Drag through points given in picture coordinates."""
    drag(canvas, *(at(canvas, *point) for point in points), keys=keys)


def test_stroke_covers_the_band_around_its_line(canvas: MaskCanvas) -> None:
    stroke(canvas, (20, 40), (80, 40))
    mask = canvas.mask_array()
    rows, columns = np.mgrid[0:80, 0:100] + 0.5
    distance = np.hypot(columns - np.clip(columns, 20, 80), rows - 40)
    assert (mask[distance < 4.9] == 1).all()
    assert (mask[distance > 5.1] == 0).all()
    assert canvas.coverage == pytest.approx(mask.mean(), abs=1e-6)
    assert f"hole {100 * mask.mean():.1f}" in canvas.caption()


def test_undo_and_redo_are_exact_and_unlimited(canvas: MaskCanvas) -> None:
    canvas.set_brush(14, 5)
    states = [canvas.mask_array()]
    for row in range(10, 70, 3):
        stroke(canvas, (10, row), (90, 80 - row))
        states.append(canvas.mask_array())
    for state in reversed(states[:-1]):
        canvas.undo_stack.undo()
        np.testing.assert_array_equal(canvas.mask_array(), state)
    assert canvas.coverage == 0
    for state in states[1:]:
        canvas.undo_stack.redo()
        np.testing.assert_array_equal(canvas.mask_array(), state)


def test_undo_and_redo_by_key(canvas: MaskCanvas, qtbot: QtBot) -> None:
    stroke(canvas, (20, 40), (80, 40))
    painted = canvas.mask_array()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CONTROL)
    assert canvas.coverage == 0
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CONTROL | SHIFT)
    np.testing.assert_array_equal(canvas.mask_array(), painted)


def test_eraser_brings_the_picture_back(canvas: MaskCanvas, picture: np.ndarray) -> None:
    before = canvas.grab().toImage()
    stroke(canvas, (20, 40), (80, 40))
    canvas.set_brush(30)
    canvas.set_tool(Eraser)
    stroke(canvas, (10, 40), (90, 40))
    assert canvas.coverage == 0
    canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    assert canvas.grab().toImage() == before
    np.testing.assert_array_equal(picture[:, :50], 40)


def test_control_erases_with_any_tool(canvas: MaskCanvas) -> None:
    canvas.invert()
    stroke(canvas, (20, 40), (80, 40), keys=CONTROL)
    assert canvas.mask_array()[40, 50] == 0
    assert canvas.mask_array()[5, 5] == 1


def test_crossing_a_soft_stroke_does_not_deepen_it(canvas: MaskCanvas) -> None:
    canvas.set_brush(20, 10)
    stroke(canvas, (20, 40), (80, 40))
    once = canvas.mask_array()
    canvas.undo_stack.undo()
    stroke(canvas, (20, 40), (80, 40), (20, 40), (80, 40))
    np.testing.assert_array_equal(canvas.mask_array(), once)
    assert ((once > 0) & (once < 1)).any()


def test_shift_joins_strokes_by_a_line(canvas: MaskCanvas) -> None:
    stroke(canvas, (10, 10), (11, 10))
    stroke(canvas, (90, 70), (90, 70), keys=SHIFT)
    assert canvas.mask_array()[40, 50] == 1


def test_rectangle_covers_whole_pixels(canvas: MaskCanvas) -> None:
    canvas.set_tool(Rectangle)
    stroke(canvas, (10, 20), (90, 90), (40, 60))
    expected = np.zeros((80, 100), np.float32)
    expected[20:60, 10:40] = 1
    np.testing.assert_array_equal(canvas.mask_array(), expected)


def test_rectangle_with_shift_is_square(canvas: MaskCanvas) -> None:
    canvas.set_tool(Rectangle)
    stroke(canvas, (10, 20), (40, 30), keys=SHIFT)
    assert canvas.mask_array()[20:50, 10:40].all()
    assert canvas.mask_array().sum() == 900


def test_lasso_fills_its_inside(canvas: MaskCanvas) -> None:
    canvas.set_tool(Lasso)
    stroke(canvas, (10, 10), (60, 10), (60, 60))
    mask = canvas.mask_array()
    assert mask[20, 50] == 1
    assert mask[50, 20] == 0
    assert mask.sum() == pytest.approx(1250, rel=0.03)


def test_fill_takes_a_closed_outline_whole(canvas: MaskCanvas) -> None:
    canvas.set_brush(4, 0)
    stroke(canvas, (20, 20), (80, 20), (80, 60), (20, 60), (20, 20))
    canvas.set_tool(Fill)
    stroke(canvas, (50, 40))
    mask = canvas.mask_array()
    assert mask[20:60, 20:80].all()
    assert mask[:17].sum() == 0


def test_the_size_keys_set_how_far_fill_reaches(canvas: MaskCanvas, qtbot: QtBot) -> None:
    """In grey levels, from the same colour alone to half of all; the brush stays as it is."""
    canvas.show()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    size, told = canvas.brush_size, list[int]()
    canvas.tolerance_changed.connect(told.append)
    canvas.set_tool(Fill)
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert told == [28, 24]
    canvas.set_tolerance(-5)
    assert canvas.tolerance == 0
    canvas.set_tolerance(500)
    assert canvas.tolerance == 128
    assert canvas.brush_size == size


def test_fill_takes_the_specks_of_a_noisy_area_and_stops_at_a_thin_line(qtbot: QtBot) -> None:
    """Single pixels that noise lifts above the tolerance left holes all over a sky."""
    canvas = MaskCanvas()
    qtbot.addWidget(canvas)
    sky = np.full((40, 60), 100, np.uint8)
    sky[5:36:6, 5:26:5] = 140
    sky[:, 30] = 200
    canvas.open_image(sky)
    canvas.resize(300, 200)
    canvas.set_tool(Fill)
    stroke(canvas, (12, 12))
    expected = np.zeros((40, 60), np.float32)
    expected[:, :30] = 1
    np.testing.assert_array_equal(canvas.mask_array(), expected)
    canvas.undo_stack.undo()
    canvas.set_tolerance(110)
    stroke(canvas, (12, 12))
    assert canvas.coverage == 1


def test_fill_outside_an_outline_follows_the_colour(canvas: MaskCanvas) -> None:
    canvas.set_tool(Fill)
    stroke(canvas, (20, 40))
    expected = np.zeros((80, 100), np.float32)
    expected[:, :50] = 1
    np.testing.assert_array_equal(canvas.mask_array(), expected)
    stroke(canvas, (20, 40), keys=CONTROL)
    assert canvas.coverage == 0


def test_invert_and_clear_can_be_undone(canvas: MaskCanvas) -> None:
    stroke(canvas, (20, 40), (80, 40))
    painted = canvas.mask_array()
    canvas.invert()
    np.testing.assert_array_equal(canvas.mask_array(), 1 - painted)
    canvas.clear()
    assert canvas.coverage == 0
    canvas.undo_stack.undo()
    canvas.undo_stack.undo()
    np.testing.assert_array_equal(canvas.mask_array(), painted)


def test_brush_size_by_keys_and_wheel_is_clamped(canvas: MaskCanvas, qtbot: QtBot) -> None:
    sizes: list[float] = []
    canvas.brush_changed.connect(lambda size, soft: sizes.append(size))
    canvas.show()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.brush_size == 12
    middle = at(canvas, 50, 40)
    turn_wheel(canvas, middle, -120, CONTROL)
    assert canvas.brush_size == 10
    turn_wheel(canvas, middle, 120, SHIFT)
    assert canvas.brush_soft == 1
    canvas.grow_brush(-200)
    assert canvas.brush_size == 1
    assert canvas.brush_soft == 0
    canvas.grow_brush(200)
    assert canvas.brush_size == 100
    assert sizes[:2] == [12, 10]


def test_tools_by_key(canvas: MaskCanvas, qtbot: QtBot) -> None:
    canvas.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    for key, kind in (("E", Eraser), ("R", Rectangle), ("L", Lasso), ("G", Fill), ("P", Brush)):
        qtbot.keyClick(canvas, key)
        assert isinstance(canvas.tool, kind)
    qtbot.keyClick(canvas, "]")
    assert canvas.brush_size == 12


def test_a_stroke_that_changes_nothing_leaves_no_history(canvas: MaskCanvas) -> None:
    canvas.set_tool(Eraser)
    stroke(canvas, (20, 40), (80, 40))
    assert canvas.undo_stack.count() == 0


def test_escape_drops_a_stroke(canvas: MaskCanvas, qtbot: QtBot) -> None:
    send(canvas, QEvent.Type.MouseButtonPress, at(canvas, 20, 40))
    send(canvas, QEvent.Type.MouseMove, at(canvas, 60, 40))
    assert canvas.coverage > 0
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.coverage == 0
    assert canvas.undo_stack.count() == 0
