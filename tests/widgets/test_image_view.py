"""Zooming, moving, captions and conversions of the picture views."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import drag, turn_wheel
from widgets.controls.badge import rich, visible
from widgets.drawing.pixmaps import (
    Inlaid,
    Pyramid,
    disagreement,
    draw_image,
    from_qimage,
    heat,
    to_bytes,
    to_planes,
    to_qimage,
)
from widgets.pictures.image_view import ImageView
from widgets.pictures.wipe_view import WipeView

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(qtbot: QtBot) -> ImageView:
    """A view of 400 × 300 with a picture of 40 × 20."""
    widget = ImageView()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    widget.set_image(np.zeros((20, 40), np.uint8))
    return widget


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (5, 7, 4)])
def test_bytes_survive_qt(shape: tuple[int, ...]) -> None:
    data = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    if len(shape) == 3 and shape[2] == 4:
        data[..., 3] = 255
    np.testing.assert_array_equal(from_qimage(to_qimage(data)), data)


def test_floating_point_is_rounded_and_clipped() -> None:
    every = np.arange(256, dtype=np.uint8).reshape(16, 16)
    np.testing.assert_array_equal(to_bytes(to_planes(every)), every)
    wild = np.array([[[-9.0, 9.0, np.nan, np.inf]]], np.float32)
    np.testing.assert_array_equal(to_bytes(wild), [[0, 255, 0, 255]])
    with pytest.raises(ValueError, match="cannot be shown"):
        to_bytes(np.zeros((2, 4, 4), np.float32))


def test_disagreement_and_its_colours() -> None:
    batch = np.stack([np.zeros((1, 4, 4)), np.ones((1, 4, 4))])
    np.testing.assert_allclose(disagreement(batch), 0.5)
    ramp = heat(np.linspace(0, 1, 16)[None], 0, 1).astype(int).sum(axis=2)[0]
    assert (np.diff(ramp) >= 0).all()


def test_a_picture_leans_to_a_side_while_there_is_room(view: ImageView) -> None:
    """A pair stands side by side in a wide window; enlarged, each fills its half again."""
    view.set_image(np.zeros((20, 20), np.uint8))
    middle = view.image_rect().center().x()
    view.lean = 1.0
    assert view.image_rect().right() == pytest.approx(400 - 18, abs=1)
    view.lean = -1.0
    assert view.image_rect().left() == pytest.approx(18, abs=1)
    view.zoom_by(3.0)
    assert view.image_rect().center().x() == pytest.approx(middle, abs=1)


@pytest.mark.parametrize("lean", [0.0, 1.0])
def test_wheel_keeps_the_point_under_the_cursor(view: ImageView, lean: float) -> None:
    view.lean = lean
    at = QPointF(130, 170)
    held = view.to_image(at)
    for turn in (120, 120, 240, -120, 360):
        turn_wheel(view, at, turn)
        gap = view.to_widget(held) - at
        assert gap.manhattanLength() < 2.5
    assert view.viewport.zoom > 1


def test_drag_moves_and_double_click_fits(view: ImageView, qtbot: QtBot) -> None:
    view.zoom_by(4)
    before = view.to_widget(QPointF(20, 10))
    drag(view, QPointF(200, 150), QPointF(230, 140), held=Qt.MouseButton.MiddleButton)
    assert (view.to_widget(QPointF(20, 10)) - before - QPointF(30, -10)).manhattanLength() < 2
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert view.viewport.fits


def test_space_drags_or_taps(view: ImageView, qtbot: QtBot) -> None:
    taps: list[bool] = []
    view.space_tapped.connect(lambda: taps.append(True))
    view.zoom_by(4)
    centre = QPointF(view.viewport.centre)
    qtbot.keyPress(view, Qt.Key.Key_Space)
    drag(view, QPointF(200, 150), QPointF(230, 140))
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert view.viewport.centre != centre
    assert not taps
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert taps == [True]


def test_keys_zoom_and_move(view: ImageView, qtbot: QtBot) -> None:
    percents: list[float] = []
    view.zoom_changed.connect(percents.append)
    qtbot.keyClick(view, Qt.Key.Key_1, CONTROL)
    assert percents[-1] == pytest.approx(100)
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert percents[-1] == pytest.approx(125)
    x = view.viewport.centre.x()
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert view.viewport.centre.x() > x
    qtbot.keyClick(view, Qt.Key.Key_0, CONTROL)
    assert view.viewport.fits


def test_views_of_one_viewport_move_together(view: ImageView, qtbot: QtBot) -> None:
    other = ImageView()
    qtbot.addWidget(other)
    other.resize(400, 300)
    other.share(view.viewport)
    other.set_image(np.zeros((40, 80), np.uint8))
    view.zoom_by(3, QPointF(100, 100))
    assert other.viewport.zoom == 3
    assert (other.to_image(QPointF(100, 100)) / 2 - view.to_image(QPointF(100, 100))).manhattanLength() < 0.2


def test_words_stay_clear_of_the_edges_of_a_roomy_picture() -> None:
    """A long caption wraps within the picture; on a narrow one it may reach beyond."""
    assert visible(QRectF(0, 0, 400, 300), 420, 300).right() == 392
    assert visible(QRectF(0, 0, 100, 300), 420, 300).right() == 412


def test_enlarged_pixels_stay_square(view: ImageView) -> None:
    board = (np.indices((20, 40)).sum(axis=0) % 2 * 255).astype(np.uint8)
    view.set_image(board)
    shown = view.grab().toImage()
    for row, column in ((3, 5), (10, 20), (17, 36)):
        for offset in (0.15, 0.85):
            place = view.to_widget(QPointF(column + offset, row + offset)).toPoint()
            assert shown.pixelColor(place).red() == board[row, column]


def test_captions_get_subscripts() -> None:
    assert "x<sub>t</sub> · step" in rich("x_t · step 30 of 50")
    assert "x\u0302<sub>0</sub>" in rich("x\u0302_0")
    assert "my_file &amp; yours" in rich("my_file & yours")


def test_empty_view_says_so(view: ImageView) -> None:
    view.set_image(None)
    view.set_empty_text("Open an image.")
    assert view.accessibleDescription() == "Open an image."
    assert view.image is None
    view.grab()


def test_wipe_shows_each_side_of_the_divider(qtbot: QtBot) -> None:
    wipe = WipeView()
    qtbot.addWidget(wipe)
    wipe.resize(400, 400)
    wipe.show()
    wipe.set_pair(np.full((50, 50), 10, np.uint8), np.full((50, 50), 240, np.uint8))
    places: list[float] = []
    wipe.divider_changed.connect(places.append)
    drag(wipe, wipe.to_widget(QPointF(25, 40)), wipe.to_widget(QPointF(10, 40)))
    assert wipe.divider == pytest.approx(0.2, abs=0.01)
    shown = wipe.grab().toImage()
    assert shown.pixelColor(wipe.to_widget(QPointF(5, 40)).toPoint()).red() == 10
    assert shown.pixelColor(wipe.to_widget(QPointF(15, 40)).toPoint()).red() == 240
    qtbot.keyClick(wipe, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert wipe.divider == pytest.approx(0.22, abs=0.01)
    assert len(places) == 2


def test_a_picture_inside_of_another_lies_where_it_belongs(view: ImageView) -> None:
    """On screen and in the copy: the inset over its box alone, with square pixels."""
    ground = Pyramid(to_qimage(np.full((40, 60), 30, np.uint8)))
    inset = np.array([[0, 255], [255, 0]], np.uint8)
    view.set_image(Inlaid(ground, to_qimage(inset), QRectF(20, 10, 20, 20)))
    shown = view.grab().toImage()
    for place, value in ((QPointF(18, 20), 30), (QPointF(22, 12), 0), (QPointF(38, 12), 255), (QPointF(42, 20), 30)):
        assert shown.pixelColor(view.to_widget(place).toPoint()).red() == value
    whole = view.image
    assert whole is not None
    assert whole.size() == ground.image.size()
    assert whole.pixelColor(10, 10).red() == 30
    assert whole.pixelColor(21, 11).red() < 30
    assert ground.image.pixelColor(21, 11).red() == 30


def test_an_inset_of_the_same_pixels_leaves_no_line_at_its_edge(qapp: object) -> None:
    """Smoothed to 1.64 times, a picture looks the same whether a square of it lies over it again or not."""
    waves = np.linspace(0, 7, 128)
    picture = ((np.sin(waves)[:, None] + np.cos(waves)) * 63 + 128).astype(np.uint8)
    ground, square = Pyramid(to_qimage(picture)), np.ascontiguousarray(picture[10:74, 22:86])
    shown = list[np.ndarray]()
    for image in (ground, Inlaid(ground, to_qimage(square), QRectF(22, 10, 64, 64))):
        canvas = QImage(210, 210, QImage.Format.Format_RGB32)
        canvas.fill(0)
        with QPainter(canvas) as painter:
            draw_image(painter, QRectF(0, 0, 209.9, 209.9), image, 8.0)
        shown.append(from_qimage(canvas).astype(int))
    assert np.abs(shown[0] - shown[1]).max() <= 2  # of 255: rounding
