"""The axes of a field: quiet hairlines through the origin with ticks, and over all layers their numbers at the edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.drawing.fonts import figures, words
from widgets.drawing.plane import Frame
from widgets.drawing.ruler import PLAIN, Ruler, labels
from widgets.drawing.theme import Theme, blend
from widgets.fields.layer import Layer, Sketch, plaque

APART = 70  # px between ticks, about
TICK = 3.0  # px to either side of the line
EDGE = 4.0  # px between the numbers and the edge of the plate
WIDE, HIGH = 60.0, 12.0  # px for a number
LEFT, FOOT = 64, 20  # px along the edges, within which all numbers stand
NAMED = 15.0  # px for a name
UNDER = 30.0  # px from the upper edge of the plate to what stands under the caption


@dataclass(frozen=True, slots=True)
class Axes(Layer):
    """Hairlines through the origin, ticks at round numbers, and the names of the axes.

    line: the data is one-dimensional: the base line is its axis, and only densities, from 0 on, have ticks upwards.
    across, up: how numbers read along x and y.
    """

    line: bool = False
    across: Ruler = PLAIN
    up: Ruler = PLAIN
    order: ClassVar[int] = 5

    def draw(self, sketch: Sketch) -> None:
        """Draw hairlines and ticks."""
        painter, frame, theme = sketch.painter, sketch.frame, sketch.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.line), 1))
        room = frame.room
        # the axes stay at the edge when the origin is out of sight, so that the ticks can still be read
        origin = frame.place(self.across.at(0), self.up.at(0))
        x = min(max(origin.x(), room.left()), room.right() - 1)
        y = min(max(origin.y(), room.top()), room.bottom() - 1)
        across, up = ticks(frame, self.line, self.across, self.up)
        lines = [QLineF(room.left(), y, room.right(), y)]
        if not self.line:
            lines.append(QLineF(x, room.top(), x, room.bottom()))
        at_x = [frame.place(self.across.at(number), 0).x() for number in across]
        at_y = [frame.place(0, self.up.at(number)).y() for number in up]
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
            plaque(painter, QRectF(middle - across / 2 - 2, box.top(), across + 4, HIGH), theme)
            painter.setPen(QColor(theme.text2))
            painter.drawText(QRectF(middle - WIDE / 2, box.top(), WIDE, HIGH), Qt.AlignmentFlag.AlignCenter, text)

    def draw_names(self, painter: QPainter, frame: Frame, theme: Theme) -> None:
        """Draw what x and y are called: at the right over the numbers below, and at the left under the caption."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(words(11))
        metrics = QFontMetricsF(painter.font())
        for box, side, name in self.names(frame):
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
            wide = metrics.horizontalAdvance(text)
            left = box.right() - wide if side == Qt.AlignmentFlag.AlignRight else box.left()
            plaque(painter, QRectF(left - 3, box.top(), wide + 6, box.height()), theme)
            painter.setPen(QColor(theme.text))
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)

    def names(self, frame: Frame) -> list[tuple[QRectF, Qt.AlignmentFlag, str]]:
        """Where the names of the axes stand, to which side, and how they read; those without a name have none."""
        room, (across, up) = frame.room, ticks(frame, self.line, self.across, self.up)
        wide = room.width() / 2 - 2 * EDGE
        below = QRectF(room.right() - EDGE - 3 - wide, room.bottom() - FOOT - NAMED, wide, NAMED)
        above = QRectF(room.left() + EDGE + 3, room.top() + UNDER, wide, NAMED)
        found = [(below, Qt.AlignmentFlag.AlignRight, named(self.across.name or "x", across, self.across)),
                 (above, Qt.AlignmentFlag.AlignLeft, named(self.up.name or "y", up, self.up))]
        return [one for one in found if one[2]]

    def numbers(self, frame: Frame) -> list[tuple[QRectF, str]]:
        """Where the numbers of the ticks stand and how they read: centred below, from the left beside."""
        room, (across, up) = frame.room, ticks(frame, self.line, self.across, self.up)
        found = list[tuple[QRectF, str]]()
        for number, text in zip(across, labels(across)[0], strict=True):
            at = frame.place(self.across.at(number), 0).x()
            if room.left() + 24 < at < room.right() - 12:
                found.append((QRectF(at - WIDE / 2, room.bottom() - HIGH - EDGE, WIDE, HIGH), text))
        high = UNDER + NAMED + 4 if named(self.up.name, up, self.up) else UNDER
        for number, text in zip(up, labels(up)[0], strict=True):
            at = frame.place(0, self.up.at(number)).y()
            if room.top() + high < at < room.bottom() - 24:
                found.append((QRectF(room.left() + EDGE + 1, at - HIGH / 2, WIDE, HIGH), text))
        return found

    def told(self) -> str:
        """What they are called: their numbers are no content."""
        return " by ".join(name for name in (self.up.name, self.across.name) if name)


def named(name: str, numbers: list[float], ruler: Ruler) -> str:
    """The name of an axis, and what its numbers are less by; "" for one that needs none."""
    base = labels(numbers)[1]
    return f"{name} − {base}".replace("− −", "+ ") if base else ruler.name


def ticks(frame: Frame, line: bool = False, across: Ruler = PLAIN,
          up: Ruler = PLAIN) -> tuple[list[float], list[float]]:
    """Round numbers along x and y that are in sight, but for 0, where the axes cross."""
    left, bottom, right, top = frame.visible()
    found = (across.round_values(left, right, max(2, round(frame.room.width() / APART))),
             up.round_values(bottom, top, max(2, round(frame.room.height() / APART))))
    return [x for x in found[0] if x or line], [y for y in found[1] if y > 0 or (y and not line)]
