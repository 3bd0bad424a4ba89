"""The square of a picture that a model sees: a frame that can be moved and drawn larger, all else dimmed."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from widgets.drawing.painted import tinted
from widgets.drawing.theme import DARK

REACH = 10.0  # screen pixels around a corner in which it is taken
CORNER = 14.0  # length of the strokes that mark one
LEAST = 4.0  # picture pixels, the smallest side


class Grip(Enum):
    """What of the frame is held: all of it, or a corner by its place (−1 left or top, 1 right or bottom)."""

    ALL = (0, 0)
    TOP_LEFT = (-1, -1)
    TOP_RIGHT = (1, -1)
    BOTTOM_LEFT = (-1, 1)
    BOTTOM_RIGHT = (1, 1)

    @property
    def cursor(self) -> Qt.CursorShape:
        """The pointer that shows what a drag will do."""
        across, down = self.value
        if self is Grip.ALL:
            return Qt.CursorShape.SizeAllCursor
        return Qt.CursorShape.SizeFDiagCursor if across == down else Qt.CursorShape.SizeBDiagCursor


def corner(box: QRectF, grip: Grip) -> QPointF:
    """The corner of a box that a grip holds."""
    across, down = grip.value
    return QPointF(box.right() if across > 0 else box.left(), box.bottom() if down > 0 else box.top())


def grip_at(frame: QRectF, point: QPointF) -> Grip | None:
    """What a press at a point holds of a frame, both in widget coordinates."""
    for grip in list(Grip)[1:]:
        gap = point - corner(frame, grip)
        if max(abs(gap.x()), abs(gap.y())) <= REACH:
            return grip
    return Grip.ALL if frame.contains(point) else None


def dragged(box: QRectF, grip: Grip, by: QPointF, extent: QSizeF) -> QRectF:
    """The square after a drag, in whole picture pixels and inside a picture of that extent."""
    if grip is Grip.ALL:
        x = min(max(round(box.x() + by.x()), 0), round(extent.width() - box.width()))
        y = min(max(round(box.y() + by.y()), 0), round(extent.height() - box.height()))
        return QRectF(x, y, box.width(), box.height())
    across, down = grip.value
    # the opposite corner stays, and the further of the two directions decides
    room = (box.right() if across < 0 else extent.width() - box.left(),
            box.bottom() if down < 0 else extent.height() - box.top())
    side = round(min(max(box.width() + max(across * by.x(), down * by.y()), LEAST), *room))
    return QRectF(box.right() - side if across < 0 else box.left(), box.bottom() - side if down < 0 else box.top(),
                  side, side)


def draw_frame(painter: QPainter, target: QRectF, frame: QRectF, *, held: bool) -> None:
    """Dim what of a picture on `target` lies outside of the frame (widget coordinates); `held`: mark the corners."""
    around, inside = QPainterPath(), QPainterPath()
    around.addRect(target)
    inside.addRect(frame)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(around.subtracted(inside), tinted(DARK.bg0, 0.42))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # a light line between two dark ones is seen on any picture
    for colour, width in ((tinted(DARK.bg0, 0.6), 3.0), (QColor(DARK.text), 1.0)):
        painter.setPen(QPen(colour, width))
        painter.drawRect(frame)
    if held:
        painter.setPen(QPen(QColor(DARK.text), 3.0))
        for grip in list(Grip)[1:]:
            across, down = grip.value
            at = corner(frame, grip)
            painter.drawLine(at, at - QPointF(across * CORNER, 0))
            painter.drawLine(at, at - QPointF(0, down * CORNER))
