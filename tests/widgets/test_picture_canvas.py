"""The frame around what a model sees: dragged as by hand, never beyond the picture, and never painting."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import drag, send
from widgets.masks.crop_frame import Grip, dragged
from widgets.masks.picture_canvas import PictureCanvas
from widgets.masks.tools import Brush


@pytest.fixture
def canvas(qtbot: QtBot) -> PictureCanvas:
    """A picture of 400 × 300 with its middle square framed."""
    widget = PictureCanvas()
    qtbot.addWidget(widget)
    widget.resize(500, 400)
    widget.show()
    widget.set_image(np.full((300, 400, 3), 200, np.uint8))
    widget.show_crop(QRectF(50, 0, 300, 300), "digits sees 300 × 300 px as 28 × 28, in grey")
    return widget


def pull(canvas: PictureCanvas, *points: tuple[float, float]) -> None:
    """Drag through points given in picture coordinates."""
    drag(canvas, *(canvas.to_widget(QPointF(*point)) for point in points))


def test_a_drag_moves_the_frame_inside_of_the_picture(canvas: PictureCanvas, qtbot: QtBot) -> None:
    canvas.crop_action.trigger()
    with qtbot.waitSignal(canvas.crop_changed) as told:
        pull(canvas, (200, 150), (190, 150), (60, 90))
    assert told.args == [0, 0, 300]
    assert canvas.coverage == 0
    with qtbot.waitSignal(canvas.crop_changed) as told:
        pull(canvas, (299, 299), (250, 280), (200, 200))
    assert told.args == [0, 0, 201]
    with qtbot.waitSignal(canvas.crop_changed) as told:
        send(canvas, QEvent.Type.MouseButtonDblClick, canvas.to_widget(QPointF(100, 100)))
    assert told.args == [0, 0, 0]


def test_painting_leaves_the_frame_and_a_tool_takes_over(canvas: PictureCanvas, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(canvas.crop_changed):
        pull(canvas, (200, 150), (180, 150))
    assert canvas.coverage > 0
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert canvas.framing
    canvas.set_tool(Brush)
    assert not canvas.framing


def test_a_task_without_a_mask_shows_none_and_always_frames(canvas: PictureCanvas) -> None:
    canvas.set_caption("Input")
    pull(canvas, (200, 150), (180, 150))
    painted, before = canvas.coverage, canvas.grab().toImage()
    assert "hole" in canvas.caption()
    canvas.set_masking(False)
    assert canvas.caption() == "Input"
    assert canvas.grab().toImage() != before
    pull(canvas, (200, 150), (210, 150))
    canvas.set_tool(Brush)
    assert canvas.framing
    assert canvas.coverage == painted


def test_colours_are_painted_beside_the_mask_and_are_undone_with_it(canvas: PictureCanvas) -> None:
    canvas.set_caption("Input")
    pull(canvas, (200, 150), (180, 150))
    hole = canvas.coverage
    canvas.set_masking(True, colours=True)
    assert (canvas.caption(), canvas.has_paint) == ("Input", False)
    pull(canvas, (100, 150), (80, 150))
    assert canvas.has_paint
    assert canvas.coverage == hole
    canvas.invert()
    assert canvas.coverage == hole, "the hole is not seen now, and stays as it is"
    paint = canvas.colour_pixels()
    canvas.clear()
    assert not canvas.has_paint
    canvas.undo_stack.undo()
    assert (canvas.colour_pixels() == paint).all()
    canvas.set_masking(True)
    assert "hole" in canvas.caption()


def test_colours_of_another_time_are_laid_on_as_one_step(canvas: PictureCanvas) -> None:
    paint = np.zeros((300, 400, 4), np.uint8)
    paint[10:20] = (9, 8, 7, 255)
    canvas.set_colours(paint)
    assert (canvas.colour_pixels() == paint).all()
    canvas.set_colours(np.zeros((0, 0, 4), np.uint8))
    assert not canvas.has_paint
    canvas.undo_stack.undo()
    assert (canvas.colour_pixels() == paint).all()
    with pytest.raises(ValueError, match="The paint is 400 × 200 but the picture is 400 × 300"):
        canvas.set_colours(paint[:200])


def test_what_is_not_seen_is_dimmed(canvas: PictureCanvas) -> None:
    shown = canvas.grab().toImage()
    outside, inside = (shown.pixelColor(canvas.to_widget(QPointF(x, 150)).toPoint()).red() for x in (25, 200))
    assert outside < 150
    assert inside == 200


@pytest.mark.parametrize(("grip", "by", "box"), [
    (Grip.ALL, (500, -9), (80, 11, 20, 20)), (Grip.TOP_LEFT, (-100, -100), (0, 10, 30, 30)),
    (Grip.BOTTOM_RIGHT, (7, 3), (10, 20, 27, 27)), (Grip.TOP_RIGHT, (-90, 90), (10, 36, 4, 4))])
def test_a_square_stays_square_and_inside(grip: Grip, by: tuple[float, float],
                                          box: tuple[int, int, int, int]) -> None:
    assert dragged(QRectF(10, 20, 20, 20), grip, QPointF(*by), QSizeF(100, 80)) == QRectF(*box)


def test_the_words_never_lie_over_the_caption(canvas: PictureCanvas) -> None:
    """A flat picture has no room for two lines."""
    canvas.set_caption("Input · 400 × 2")
    for height in (300, 2):
        canvas.set_image(np.full((height, 400, 3), 200, np.uint8))
        words = canvas._words.box(canvas._words_room_below(), canvas.small_font())
        assert not words.intersects(canvas._badge_box())
        assert canvas.rect().contains(words.toAlignedRect())


def test_colours_of_the_last_start_are_no_step_and_those_of_another_size_stay_away(canvas: PictureCanvas) -> None:
    changed, paint = list[int](), np.zeros((300, 400, 4), np.uint8)
    canvas.paint_changed.connect(lambda: changed.append(1))
    paint[10:20] = (9, 8, 7, 255)
    canvas.bring_back_colours(paint[:200])
    assert (canvas.has_paint, changed) == (False, [])
    canvas.bring_back_colours(paint)
    assert (canvas.colour_pixels() == paint).all()
    assert (canvas.undo_stack.count(), changed) == (0, [1])
