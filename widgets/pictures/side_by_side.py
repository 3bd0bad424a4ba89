"""Pictures with their captions on one sheet, for a file: next to each other, or two under a divider."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from widgets.drawing.colour_scale import ROOM, SIGN, draw_scale
from widgets.drawing.fonts import words
from widgets.drawing.pixmaps import heat, to_qimage
from widgets.drawing.theme import LIGHT
from widgets.pictures.difference_view import diverging_map, exceeds

TALL, WIDEST = 256, 8192  # px: a picture is as tall at least, all of a sheet as wide at most
GAP, BELOW = 16, 30  # px around pictures, and under them for their captions
SIZE = 13  # px of words
SHARP = 2  # times as large a picture that is so much enlarged keeps its pixels square


def side_by_side(pictures: Sequence[tuple[str, QImage]]) -> QImage:
    """Captions and pictures next to each other, all as tall as the tallest, on a white sheet.

    Small ones are enlarged by a whole factor; where the row were wider than `WIDEST` px, all are made smaller.
    """
    tall = _tall(max(image.height() for _, image in pictures))
    wide = [max(1, round(image.width() * tall / max(image.height(), 1))) for _, image in pictures]
    least = [QFontMetricsF(words(SIZE)).horizontalAdvance(caption) for caption, _ in pictures]
    room = WIDEST - GAP * (len(wide) + 1)
    if sum(wide) > room:
        tall, wide = max(1, tall * room // sum(wide)), [max(1, side * room // sum(wide)) for side in wide]
    columns = [max(side, round(words_wide)) for side, words_wide in zip(wide, least, strict=True)]
    sheet = _sheet(QSize(sum(columns) + GAP * (len(columns) + 1), tall + GAP + BELOW))
    with QPainter(sheet) as painter:
        left = GAP
        for (caption, image), side, column in zip(pictures, wide, columns, strict=True):
            _draw(painter, QRectF(left + (column - side) // 2, GAP, side, tall), image)
            _caption(painter, QRectF(left, GAP + tall, column, BELOW), caption, Qt.AlignmentFlag.AlignHCenter)
            left += column + GAP
    return sheet


def wiped(before: tuple[str, QImage], after: tuple[str, QImage], divider: float) -> QImage:
    """Two pictures in one place as a divider leaves them, with their captions; `divider`: 0 = left edge, 1 = right."""
    image = after[1]
    scale = _tall(image.height()) / max(image.height(), 1)
    target = QRectF(GAP, GAP, round(image.width() * scale), round(image.height() * scale))
    sheet = _sheet(QSize(int(target.width()) + 2 * GAP, int(target.height()) + GAP + BELOW))
    x = target.left() + round(divider * target.width())
    with QPainter(sheet) as painter:
        _draw(painter, target, before[1])
        painter.setClipRect(QRectF(x, target.top(), target.right() - x, target.height()))
        _draw(painter, target, image)
        painter.setClipping(False)
        for colour, wide in ((LIGHT.text, 4), ("white", 2)):
            painter.setPen(QPen(QColor(colour), wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(x, target.top()), QPointF(x, target.bottom()))
        below = QRectF(GAP, target.bottom(), target.width(), BELOW)
        for (caption, _), side in ((before, Qt.AlignmentFlag.AlignLeft), (after, Qt.AlignmentFlag.AlignRight)):
            _caption(painter, below, caption, side)
    return sheet


def difference_sheet(caption: str, difference: NDArray[np.float32], limit: float) -> QImage:
    """A signed difference (H, W) with its caption and scale; `limit` is the value at either end."""
    colours, span = diverging_map(LIGHT), limit or 1.0
    image = to_qimage(heat(difference, -span, span, colours))
    beyond = exceeds(difference, limit)
    room = ROOM + SIGN * beyond
    scale = _tall(image.height()) / max(image.height(), 1)
    target = QRectF(GAP, GAP, round(image.width() * scale), round(image.height() * scale))
    sheet = _sheet(QSize(int(target.width()) + 3 * GAP + room, int(target.height()) + GAP + BELOW))
    with QPainter(sheet) as painter:
        _draw(painter, target, image)
        place = QRectF(target.right() + GAP, target.top(), room, target.height())
        draw_scale(painter, place, colours, (-limit, limit), words(SIZE - 2), LIGHT.text, beyond=beyond)
        _caption(painter, QRectF(GAP, target.bottom(), target.width(), BELOW), caption, Qt.AlignmentFlag.AlignLeft)
    return sheet


def _tall(height: int) -> int:
    """How tall a picture of some height is drawn: a whole number of times as tall."""
    return height * max(1, -(-TALL // max(height, 1)))


def _sheet(size: QSize) -> QImage:
    sheet = QImage(size, QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    return sheet


def _draw(painter: QPainter, target: QRectF, image: QImage) -> None:
    enlarged = target.height() >= SHARP * image.height()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not enlarged)
    # a large picture that is made small in one go would alias
    smooth = Qt.TransformationMode.FastTransformation if enlarged else Qt.TransformationMode.SmoothTransformation
    size = target.size().toSize()
    drawn = image if image.size() == size else image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    painter.drawImage(target.topLeft(), drawn)


def _caption(painter: QPainter, room: QRectF, caption: str, side: Qt.AlignmentFlag) -> None:
    painter.setFont(words(SIZE))
    painter.setPen(QColor(LIGHT.text))
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, caption)
