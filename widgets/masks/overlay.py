"""How a mask is shown: hatched in the colour of the likelihood, with a clear outline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from widgets.drawing.painted import tinted
from widgets.drawing.theme import DARK
from widgets.masks.shapes import NOTHING, Box, Bytes, clipped

RIM = 0.75  # opacity of the dark rim around the outline
TILE = 12  # logical pixels between two lines of the hatch
ARGB = QImage.Format.Format_ARGB32_Premultiplied


def hatch(colour: str, ratio: float) -> QImage:
    """A tile of diagonal lines on a translucent ground, for a screen of `ratio` device pixels per logical one."""
    side = round(TILE * ratio)
    tile = QImage(side, side, ARGB)
    tile.fill(tinted(colour, 0.58))
    with QPainter(tile) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # a dark line beside the coloured one: a picture of the same colour would swallow either tint alone
        for ink, width, gap in ((tinted(colour, 0.5), 2.4, 0.0), (tinted(DARK.bg0, 0.5), 1.2, 1.8)):
            painter.setPen(QPen(ink, width * ratio))
            # three lines, so that those of the neighbouring tiles continue across the edges
            for shift in (-side, 0, side):
                at = shift + gap * ratio
                painter.drawLine(QPointF(at - 2, side + 2), QPointF(at + side + 2, -2))
    return tile


class MaskOverlay:
    """Paints a mask (H, W) over the picture, only where the screen is dirty."""

    def __init__(self, colour: str) -> None:
        self._colour = colour
        self._tile: QImage | None = None

    def draw(self, painter: QPainter, mask: Bytes, target: QRectF, dirty: QRect) -> None:
        """Draw the part of the mask inside `dirty`, the whole mask lying on `target` (widget coordinates)."""
        # The outline needs the neighbours of every pixel, so a margin is drawn and then cut off.
        area = QRectF(dirty).adjusted(-4, -4, 4, 4).intersected(target).toAlignedRect()
        scale = target.width() / mask.shape[1]
        box = _painted(mask, _seen(mask.shape, target, area, scale))
        if box.empty:
            return
        # cut down to the hole: a small hole in a large picture must not cost a whole screen of arithmetic
        hole = QRectF(target.topLeft() + box.rect().topLeft() * scale, box.rect().size() * scale)
        area = area.intersected(hole.adjusted(-scale - 3, -scale - 3, scale + 3, scale + 3).toAlignedRect())
        box = _seen(mask.shape, target, area, scale)
        ratio = painter.device().devicePixelRatioF()
        strength = _strength(mask, box, target, area, scale, ratio)
        painter.drawImage(area.topLeft(), self._coloured(strength, area, ratio))

    def _coloured(self, strength: QImage, area: QRect, ratio: float) -> QImage:
        line = _outline(strength)
        if self._tile is None or self._tile.width() != round(TILE * ratio):
            self._tile = hatch(self._colour, ratio)
        brush = QBrush(self._tile)
        with QPainter(strength) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
            # The pattern is anchored to the widget, so that separately drawn parts join without a seam.
            painter.setBrushOrigin(QPointF(-area.x() * ratio, -area.y() * ratio))
            painter.fillRect(strength.rect(), brush)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.drawImage(0, 0, _inked(_widened(line) * RIM, DARK.bg0))
            painter.drawImage(0, 0, _inked(line, self._colour))
        strength.setDevicePixelRatio(ratio)
        return strength


def draw_colours(painter: QPainter, pixels: Bytes, target: QRectF, dirty: QRect) -> None:
    """Draw painted colours (H, W, 4) over the picture where the screen is dirty."""
    area = QRectF(dirty).adjusted(-1, -1, 1, 1).intersected(target).toAlignedRect()
    scale = target.width() / pixels.shape[1]
    box = _seen(pixels.shape, target, area, scale)
    if box.empty or not pixels[box.slices][..., 3].any():
        return
    part = np.ascontiguousarray(pixels[box.slices])
    height, width = box.shape
    image = QImage(part.data, width, height, width * 4, QImage.Format.Format_RGBA8888)
    painter.save()
    # the rule of `draw_image`: paint must look as the picture under it does
    smooth = scale * painter.device().devicePixelRatioF() <= 2.0
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    corner = target.topLeft() + QPointF(box.left, box.top) * scale
    painter.drawImage(QRectF(corner.x(), corner.y(), width * scale, height * scale), image)
    painter.restore()


def _seen(shape: tuple[int, ...], target: QRectF, area: QRect, scale: float) -> Box:
    """The mask pixels under a screen area, with one more on every side for the interpolation."""
    left, top = (area.left() - target.left()) / scale, (area.top() - target.top()) / scale
    right, bottom = left + area.width() / scale, top + area.height() / scale
    return clipped((shape[0], shape[1]), left - 2, top - 2, right + 2, bottom + 2)


def _painted(mask: Bytes, box: Box) -> Box:
    """The smallest box around the hole within a box; empty when there is none."""
    part = mask[box.slices]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not len(rows):
        return NOTHING
    return Box(
        box.left + int(columns[0]), box.top + int(rows[0]), box.left + int(columns[-1]) + 1, box.top + int(rows[-1]) + 1
    )


def _strength(mask: Bytes, box: Box, target: QRectF, area: QRect, scale: float, ratio: float) -> QImage:
    """The mask as the alpha of a black image of the area's device pixels."""
    # enlarged beyond twofold pixels are drawn square, each screen pixel taking the mask pixel under its middle
    if scale * ratio > 2.0:
        return _black(_sampled(mask, target, area, scale, ratio))
    # Counted from the picture's corner, so that every part of the screen skips the same pixels.
    step = max(int(1 / (scale * ratio)), 1)
    left, top = box.left - box.left % step, box.top - box.top % step
    source = _black(mask[top : box.bottom : step, left : box.right : step])
    out = QImage(round(area.width() * ratio), round(area.height() * ratio), ARGB)
    out.fill(Qt.GlobalColor.transparent)
    with QPainter(out) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(ratio, ratio)
        painter.translate(target.left() - area.left() + left * scale, target.top() - area.top() + top * scale)
        painter.drawImage(QRectF(0, 0, source.width() * step * scale, source.height() * step * scale), source)
    return out


def _sampled(mask: Bytes, target: QRectF, area: QRect, scale: float, ratio: float) -> Bytes:
    """The mask at the middle of every device pixel of an area, 0 outside the picture."""
    columns = ((np.arange(round(area.width() * ratio)) + 0.5) / ratio + (area.left() - target.left())) / scale
    rows = ((np.arange(round(area.height() * ratio)) + 0.5) / ratio + (area.top() - target.top())) / scale
    height, width = mask.shape
    column, row = np.floor(columns).astype(np.int64), np.floor(rows).astype(np.int64)
    values = mask[row.clip(0, height - 1)][:, column.clip(0, width - 1)]
    values[(row < 0) | (row >= height)] = 0
    values[:, (column < 0) | (column >= width)] = 0
    return values


def _black(alpha: Bytes) -> QImage:
    """A black image of the given opacity."""
    grid = np.ascontiguousarray(alpha.astype(np.uint32) << np.uint32(24))
    height, width = grid.shape
    return QImage(grid.data, width, height, width * 4, ARGB).copy()


def _outline(strength: QImage) -> NDArray[np.float32]:
    """How much of each pixel lies on the line where the mask is one half, 0…1.

    The distance from that line is the height above one half over the slope, which keeps the
    line equally thin on hard and on soft edges.
    """
    rows = np.frombuffer(strength.constBits(), np.uint32).reshape(strength.height(), strength.bytesPerLine() // 4)
    alpha = (rows[:, : strength.width()] >> np.uint32(24)).astype(np.float32)
    padded = np.pad(alpha, 1, mode="edge")
    slope_x = padded[1:-1, 2:] - padded[1:-1, :-2]
    slope_y = padded[2:, 1:-1] - padded[:-2, 1:-1]
    # central differences, in grey levels per screen pixel
    slope = np.hypot(slope_x, slope_y) / 2
    distance = np.abs(alpha - 127.5) / np.maximum(slope, 1e-3)
    # full up to 0.6 screen pixels from the line and gone at 1.6
    return np.clip(1.6 - distance, 0.0, 1.0).astype(np.float32)


def _widened(line: NDArray[np.float32]) -> NDArray[np.float32]:
    """The line one pixel wider to every side: the rim that sets it off from a picture of its own colour."""
    padded = np.pad(line, 1)
    across = np.maximum(np.maximum(padded[:, :-2], padded[:, 2:]), padded[:, 1:-1])
    return np.maximum(np.maximum(across[:-2], across[2:]), across[1:-1])


def _inked(line: NDArray[np.float32], colour: str) -> QImage:
    """A premultiplied image of one colour with the given opacity."""
    ink = QColor(colour)
    height, width = line.shape
    parts = np.empty((height, width, 4), np.uint8)
    opacity = line[..., None]
    # premultiplied, and in the byte order of ARGB32 on a little-endian machine: blue first
    parts[...] = opacity * np.array([ink.blue(), ink.green(), ink.red(), 255], np.float32) + 0.5
    return QImage(parts.data, width, height, width * 4, ARGB).copy()


def draw_ring(painter: QPainter, box: QRectF) -> None:
    """Draw the circle of the brush into a box on screen that leaves 3 px around it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # a dark ring outside the light one keeps the circle visible on any picture
    for colour, width, gap in ((tinted(DARK.bg0, 0.45), 1.0, 2.0), (QColor(DARK.text), 1.6, 3.0)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(box.adjusted(gap, gap, -gap, -gap))
