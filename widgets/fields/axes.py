"""The axes of a field: quiet hairlines through the origin with ticks, and over all layers their numbers at the edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.drawing.curve_scale import Scale, brief
from widgets.drawing.fonts import figures
from widgets.drawing.painted import tinted
from widgets.drawing.plane import Frame
from widgets.drawing.theme import Theme, blend
from widgets.fields.layer import Layer, Sketch

APART = 70  # px between ticks, about
TICK = 3.0  # px to either side of the line
EDGE = 4.0  # px between the numbers and the edge of the plate
WIDE, HIGH = 60.0, 12.0  # px for a number
LEFT, FOOT = 64, 20  # px along the edges, within which all numbers stand
GLASS = 0.78  # opacity of the plate's colour behind a number


@dataclass(frozen=True, slots=True)
class Axes(Layer):
    """Hairlines through the origin, ticks at round values.

    line: the data is one-dimensional: the base line is its axis, and only densities, from 0 on, have ticks upwards.
    """

    line: bool = False
    order: ClassVar[int] = 5

    def draw(self, sketch: Sketch) -> None:
        """Draw hairlines and ticks."""
        painter, frame, theme = sketch.painter, sketch.frame, sketch.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.line), 1))
        room = frame.room
        # the axes stay at the edge when the origin is out of sight, so that the ticks can still be read
        x = min(max(frame.origin[0], room.left()), room.right() - 1)
        y = min(max(frame.origin[1], room.top()), room.bottom() - 1)
        across, up = ticks(frame, self.line)
        lines = [QLineF(room.left(), y, room.right(), y)]
        if not self.line:
            lines.append(QLineF(x, room.top(), x, room.bottom()))
        at_x = [frame.place(value, 0).x() for value in across]
        at_y = [frame.place(0, value).y() for value in up]
        left = room.left() if self.line else x
        painter.drawLines(lines)
        painter.setPen(QPen(QColor(blend(theme.line, theme.text2, 0.5)), 1))
        painter.drawLines([QLineF(at, y - TICK, at, y + TICK) for at in at_x]
                          + [QLineF(left - TICK, at, left + TICK, at) for at in at_y])

    def draw_numbers(self, painter: QPainter, frame: Frame, theme: Theme) -> None:
        """Draw the numbers at the lower and left edge, over whatever lies there."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(figures(10))
        metrics = QFontMetricsF(painter.font())
        for box, text in self.numbers(frame):
            across = metrics.horizontalAdvance(text)
            middle = box.center().x() if box.bottom() > frame.room.bottom() - FOOT + 1 else box.left() + across / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tinted(theme.bg1, GLASS))
            painter.drawRoundedRect(QRectF(middle - across / 2 - 2, box.top(), across + 4, HIGH), 3, 3)
            painter.setPen(QColor(theme.text2))
            painter.drawText(QRectF(middle - WIDE / 2, box.top(), WIDE, HIGH), Qt.AlignmentFlag.AlignCenter, text)

    def numbers(self, frame: Frame) -> list[tuple[QRectF, str]]:
        """Where the numbers of the ticks stand and how they read: centred below, from the left beside."""
        room, (across, up) = frame.room, ticks(frame, self.line)
        found = list[tuple[QRectF, str]]()
        for value, text in zip(across, brief(across), strict=True):
            at = frame.place(value, 0).x()
            if room.left() + 24 < at < room.right() - 12:
                found.append((QRectF(at - WIDE / 2, room.bottom() - HIGH - EDGE, WIDE, HIGH), text))
        for value, text in zip(up, brief(up), strict=True):
            at = frame.place(0, value).y()
            if room.top() + 30 < at < room.bottom() - 24:
                found.append((QRectF(room.left() + EDGE + 1, at - HIGH / 2, WIDE, HIGH), text))
        return found

    def told(self) -> str:
        """Nothing: the numbers of the axes are no content."""
        return ""


def ticks(frame: Frame, line: bool = False) -> tuple[list[float], list[float]]:
    """Round values along x and y that are in sight, but for 0, where the axes cross."""
    left, bottom, right, top = frame.visible()
    across = Scale(left, right, False).round_values(max(2, round(frame.room.width() / APART)))
    up = Scale(bottom, top, False).round_values(max(2, round(frame.room.height() / APART)))
    return [x for x in across if x or line], [y for y in up if y > 0 or (y and not line)]
