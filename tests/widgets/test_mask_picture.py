"""The mask canvas and its picture: another one under the paint, mask files, colours, large pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPaintEvent, QRegion
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import drag, send, turn_wheel
from tests.widgets.test_mask_canvas import at, stroke
from widgets.drawing.pixmaps import from_qimage
from widgets.drawing.theme import DARK, LIGHT, Theme
from widgets.masks.canvas import MaskCanvas
from widgets.masks.files import MaskFileError
from widgets.masks.layer import MaskLayer
from widgets.masks.shapes import Box, Bytes
from widgets.masks.tools import Eraser


def test_replacing_picture_and_mask_is_one_undo(canvas: MaskCanvas, picture: np.ndarray) -> None:
    stroke(canvas, (20, 40), (80, 40))
    painted = canvas.mask_array()
    canvas.replace(255 - picture, None, "Inpaint")
    assert canvas.coverage == 0
    assert canvas.image is not None
    assert canvas.image.pixelColor(0, 0).red() == 215
    canvas.undo_stack.undo()
    np.testing.assert_array_equal(canvas.mask_array(), painted)
    assert canvas.image.pixelColor(0, 0).red() == 40
    stroke(canvas, (20, 10), (80, 10))
    assert canvas.mask_array().sum() > painted.sum()
    canvas.undo_stack.undo()
    canvas.undo_stack.undo()
    assert canvas.coverage == 0


def test_another_picture_of_the_same_size_keeps_the_paint(canvas: MaskCanvas, picture: np.ndarray) -> None:
    stroke(canvas, (20, 40), (80, 40))
    painted = canvas.mask_array()
    canvas.set_image(255 - picture)
    np.testing.assert_array_equal(canvas.mask_array(), painted)
    canvas.open_image(picture)
    assert canvas.coverage == 0
    assert not canvas.undo_stack.canUndo()


def test_mask_files_round_trip(canvas: MaskCanvas, tmp_path: Path) -> None:
    canvas.set_brush(20, 8)
    stroke(canvas, (20, 40), (80, 40))
    painted = canvas.mask_array()
    canvas.save_mask(tmp_path / "mask.png")
    canvas.clear()
    canvas.load_mask(tmp_path / "mask.png")
    np.testing.assert_array_equal(canvas.mask_array(), painted)


def test_mask_of_another_size_is_refused_in_one_sentence(canvas: MaskCanvas, tmp_path: Path) -> None:
    canvas.save_mask(tmp_path / "mask.png")
    canvas.set_image(np.zeros((28, 28), np.uint8))
    with pytest.raises(MaskFileError, match="100 × 80 but the picture is 28 × 28"):
        canvas.load_mask(tmp_path / "mask.png")
    with pytest.raises(ValueError, match="5 × 4"):
        canvas.set_mask(np.zeros((4, 5), np.float32))
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(MaskFileError, match="not a picture"):
        canvas.load_mask(tmp_path / "empty.png")


def test_colours_lie_on_a_copy(canvas: MaskCanvas) -> None:
    canvas.set_colour_mode(True)
    canvas.set_colour(QColor(Qt.GlobalColor.white))
    canvas.open_image(np.zeros((80, 100, 3), np.uint8))
    canvas.set_brush(10, 0)
    stroke(canvas, (20, 40), (80, 40))
    state = np.random.default_rng(0).normal(size=(3, 80, 100)).astype(np.float32) * 2
    painted = canvas.paint_over(state)
    assert canvas.has_paint
    assert canvas.coverage == 0
    np.testing.assert_allclose(painted[:, 40, 50], 1)
    np.testing.assert_array_equal(painted[:, :30], state[:, :30])
    canvas.set_tool(Eraser)
    canvas.set_brush(30)
    stroke(canvas, (10, 40), (90, 40))
    np.testing.assert_array_equal(canvas.paint_over(state), state)


def test_hole_is_shown_in_the_likelihood_colour(canvas: MaskCanvas) -> None:
    canvas.set_theme(LIGHT)
    before = canvas.grab().toImage().pixelColor(at(canvas, 20, 20).toPoint())
    canvas.set_mask(np.ones((80, 100), np.float32))
    after = canvas.grab().toImage().pixelColor(at(canvas, 20, 20).toPoint())
    ink = QColor(LIGHT.likelihood)
    assert before.red() == 40
    assert 40 < after.red() <= ink.red()
    assert after.red() > after.green() > after.blue()


def test_parts_painted_separately_join_without_a_seam(canvas: MaskCanvas) -> None:
    canvas.set_brush(20, 6)
    stroke(canvas, (20, 40), (50, 20), (80, 40), (60, 70))
    whole, parts = (QImage(canvas.size(), QImage.Format.Format_RGB32) for _ in range(2))
    canvas.render(whole)
    for left in range(0, 500, 61):
        strip = QRect(left, 0, 61, 400).intersected(canvas.rect())
        canvas.render(parts, strip.topLeft(), QRegion(strip))
    apart = np.abs(from_qimage(whole).astype(int) - from_qimage(parts).astype(int))
    assert apart.max() <= 2


class Repaints(QObject):
    """Counts the pixels of the screen that a widget is asked to paint."""

    def __init__(self, widget: MaskCanvas) -> None:
        super().__init__(widget)
        self.pixels = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.pixels += sum(rect.width() * rect.height() for rect in event.region())
        return super().eventFilter(watched, event)


def test_a_move_of_the_brush_touches_no_more_than_its_way(canvas: MaskCanvas, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    write = MaskLayer.write

    def counted(layer: MaskLayer, box: Box, pixels: Bytes) -> None:
        written.append(pixels.size)
        write(layer, box, pixels)

    canvas.set_image(np.zeros((2000, 2000, 3), np.uint8))
    canvas.set_brush(160, 20)
    send(canvas, QEvent.Type.MouseButtonPress, at(canvas, 500, 500))
    QCoreApplication.processEvents()
    monkeypatch.setattr(MaskLayer, "write", counted)
    repaints, zoom = Repaints(canvas), canvas.scale()
    for step in range(1, 31):
        send(canvas, QEvent.Type.MouseMove, at(canvas, 500 + 30 * step, 500 + 10 * step))
        QCoreApplication.processEvents()
    send(canvas, QEvent.Type.MouseButtonRelease, at(canvas, 1400, 800))
    # the brush with its soft edge, and 30 px across and 10 down since the move before; the picture has 4 million
    width, height = 200 + 30, 200 + 10
    assert 0 < max(written) <= width * height
    assert 0 < repaints.pixels <= 30 * (width * zoom + 20) * (height * zoom + 20)


def test_canvas_without_a_picture_ignores_everything(qtbot: QtBot) -> None:
    widget = MaskCanvas()
    qtbot.addWidget(widget)
    widget.resize(200, 200)
    widget.show()
    drag(widget, QPointF(20, 20), QPointF(80, 80))
    turn_wheel(widget, QPointF(50, 50), 120)
    widget.invert()
    widget.clear()
    assert widget.coverage == 0
    assert widget.mask_array().shape == (0, 0)
    assert widget.accessibleDescription().startswith("Open")


def test_the_brush_keeps_its_share_of_the_picture(canvas: MaskCanvas) -> None:
    """A hand’s breadth on a photograph is no blot on a digit; back on the photograph, by undo too, it is as it was."""
    canvas.open_image(np.zeros((300, 400, 3), np.uint8))
    canvas.set_brush(51, 8)
    canvas.replace(np.zeros((28, 28), np.uint8), None, "Open picture")
    assert canvas.brush_size == 4
    stroke(canvas, (14, 14))
    assert canvas.coverage < 0.05
    canvas.undo_stack.undo()
    canvas.undo_stack.undo()
    assert (canvas.brush_size, canvas.brush_soft) == (51, 8)
    canvas.open_image(np.zeros((1500, 2000, 3), np.uint8))
    assert canvas.brush_size == 255


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_hole_is_seen_on_a_picture_of_its_own_colour(canvas: MaskCanvas, theme: Theme) -> None:
    """Hatch and outline differ from the ground by more than their tint, which is the ground’s."""
    ink = QColor(theme.likelihood)
    canvas.set_theme(theme)
    canvas.set_image(np.full((80, 100, 3), (ink.red(), ink.green(), ink.blue()), np.uint8))
    canvas.set_mask(np.pad(np.ones((40, 40), np.float32), ((20, 20), (30, 30))))
    shown = from_qimage(canvas.grab().toImage()).astype(int).sum(axis=2)
    left, top = at(canvas, 35, 25).toPoint().toTuple()  # pyright: ignore
    inside, ground = shown[top:top + 60, left:left + 60], sum(ink.toTuple()[:3])  # pyright: ignore
    assert (inside < 0.8 * ground).mean() > 0.08
    edge = shown[top:top + 60, at(canvas, 30, 25).toPoint().x() - 5:][:, :10]
    assert edge.min(axis=1).max() < 0.7 * ground
