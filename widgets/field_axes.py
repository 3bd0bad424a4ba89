"""The axes of a field: quiet hairlines through the origin with ticks, and their numbers along the edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.curve_scale import Scale, brief
from widgets.field_layer import Layer, Sketch
from widgets.fonts import figures
from widgets.plane import Frame
from widgets.theme import Theme, blend

APART = 70  # px between ticks, about
TICK = 3.0  # px to either side of the line
EDGE = 4.0  # px between the numbers and the edge of the plate
WIDE, HIGH = 60.0, 12.0  # px for a number


@dataclass(frozen=True, slots=True)
class Axes(Layer):
    """Hairlines through the origin, ticks at round values.

    line: the data is one-dimensional: the base line is its axis, and only densities, from 0 on, have ticks upwards.
    """

    line: bool = False
    order: ClassVar[int] = 5

    def draw(self, sketch: Sketch) -> None:
        """Draw hairlines, ticks and their numbers."""
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
        self._numbers(painter, frame, theme, list(zip(across, at_x, strict=True)), list(zip(up, at_y, strict=True)))

    def _numbers(self, painter: QPainter, frame: Frame, theme: Theme, across: list[tuple[float, float]],
                 up: list[tuple[float, float]]) -> None:
        """Numbers at the lower and left edge, where they lie on no particle for long."""
        room = frame.room
        painter.setFont(figures(10))
        painter.setPen(QColor(theme.text2))
        for (_, at), text in zip(across, brief([value for value, _ in across]), strict=True):
            if room.left() + 24 < at < room.right() - 12:
                painter.drawText(QRectF(at - WIDE / 2, room.bottom() - HIGH - EDGE, WIDE, HIGH),
                                 Qt.AlignmentFlag.AlignCenter, text)
        for (_, at), text in zip(up, brief([value for value, _ in up]), strict=True):
            if room.top() + 30 < at < room.bottom() - 24:
                painter.drawText(QRectF(room.left() + EDGE + 1, at - HIGH / 2, WIDE, HIGH),
                                 Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def told(self) -> str:
        """Nothing: the numbers of the axes are no content."""
        return ""


def ticks(frame: Frame, line: bool = False) -> tuple[list[float], list[float]]:
    """Round values along x and y that are in sight, but for 0, where the axes cross."""
    left, bottom, right, top = frame.visible()
    across = Scale(left, right, False).round_values(max(2, round(frame.room.width() / APART)))
    up = Scale(bottom, top, False).round_values(max(2, round(frame.room.height() / APART)))
    return [x for x in across if x or line], [y for y in up if y > 0 or (y and not line)]
