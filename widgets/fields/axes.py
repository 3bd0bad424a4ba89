"""The axes of a field: quiet hairlines through the origin with ticks, and over all layers their numbers at the edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
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
LOWEST = FOOT + HIGH / 2  # px from the lower edge of the plate to the lowest number beside it, above those below
UNDER = 30.0  # px from the upper edge of the plate to what stands under the caption
DENSER = (1, 2, 4)  # times as many numbers, until there is room for two: one alone tells no distance


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside an axis: its ticks, in px with how each reads, and its name, "" for none."""

    ticks: tuple[tuple[float, str], ...]
    name: str = ""


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
        """Draw hairlines, and ticks where there is a number."""
        painter, frame, theme = sketch.painter, sketch.frame, sketch.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.line), 1))
        room = frame.room
        # the axes stay at the edge when the origin is out of sight, so that the ticks can still be read
        origin = frame.place(self.across.at(0), self.up.at(0))
        x = min(max(origin.x(), room.left()), room.right() - 1)
        y = min(max(origin.y(), room.top()), room.bottom() - 1)
        lines = [QLineF(room.left(), y, room.right(), y)]
        if not self.line:
            lines.append(QLineF(x, room.top(), x, room.bottom()))
        left = room.left() if self.line else x
        painter.drawLines(lines)
        painter.setPen(QPen(QColor(blend(theme.line, theme.text2, 0.5)), 1))
        painter.drawLines([QLineF(at, y - TICK, at, y + TICK) for at, _ in self.beside(frame, upright=False).ticks]
                          + [QLineF(left - TICK, at, left + TICK, at)
                             for at, _ in self.beside(frame, upright=True).ticks])

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
        room, wide = frame.room, frame.room.width() / 2 - 2 * EDGE
        below = QRectF(room.right() - EDGE - 3 - wide, room.bottom() - FOOT - NAMED, wide, NAMED)
        above = QRectF(room.left() + EDGE + 3, room.top() + UNDER, wide, NAMED)
        found = [(below, Qt.AlignmentFlag.AlignRight, self.beside(frame, upright=False).name),
                 (above, Qt.AlignmentFlag.AlignLeft, self.beside(frame, upright=True).name)]
        return [one for one in found if one[2]]

    def numbers(self, frame: Frame) -> list[tuple[QRectF, str]]:
        """Where the numbers of the ticks stand and how they read: centred below, from the left beside."""
        room = frame.room
        below = [(QRectF(at - WIDE / 2, room.bottom() - HIGH - EDGE, WIDE, HIGH), text)
                 for at, text in self.beside(frame, upright=False).ticks]
        return [*below, *((QRectF(room.left() + EDGE + 1, at - HIGH / 2, WIDE, HIGH), text)
                          for at, text in self.beside(frame, upright=True).ticks)]

    def beside(self, frame: Frame, *, upright: bool) -> Beside:
        """What stands beside x or y: two numbers at least, as long as there is room for them."""
        return _beside(self, frame.room.getRect(), frame.origin, frame.scale, upright)

    def find(self, frame: Frame, *, upright: bool) -> Beside:
        """`beside`, found anew."""
        room, found = frame.room, Beside(())
        for more in DENSER:
            numbers = self.round_numbers(frame, more)[upright]
            texts, base = labels(numbers)
            name = named(self.up, "y", base) if upright else named(self.across, "x", base)
            low, high = (room.top() + (UNDER + NAMED + 4 if name else UNDER), room.bottom() - LOWEST) if upright else \
                (room.left() + 24, room.right() - 12)
            places = (frame.place(0, self.up.at(number)).y() if upright else frame.place(self.across.at(number), 0).x()
                      for number in numbers)
            found = Beside(tuple((at, text) for at, text in zip(places, texts, strict=True) if low < at < high), name)
            if len(found.ticks) > 1:
                break
        return found

    def round_numbers(self, frame: Frame, more: int = 1) -> tuple[list[float], list[float]]:
        """Round numbers along x and y that are in sight; more: times as many as there are at first."""
        return ticks(frame, self.line, self.across, self.up, more)

    def told(self) -> str:
        """What they are called: their numbers are no content."""
        return " by ".join(name for name in (self.up.name, self.across.name) if name)


# every step of a scrub asks, of axes that stay
@lru_cache(maxsize=64)
def _beside(axes: Axes, room: tuple[float, ...], origin: tuple[float, float], scale: tuple[float, float],
            upright: bool) -> Beside:
    return axes.find(Frame(QRectF(*room), origin, scale), upright=upright)


def named(ruler: Ruler, letter: str, base: str) -> str:
    """The name of an axis, and what its numbers are less by; "" for one that needs none."""
    return f"{ruler.name or letter} − {base}".replace("− −", "+ ") if base else ruler.name


def ticks(frame: Frame, line: bool = False, across: Ruler = PLAIN, up: Ruler = PLAIN,
          more: int = 1) -> tuple[list[float], list[float]]:
    """Round numbers along x and y that are in sight, but for 0, where the axes cross; more: times as many."""
    left, bottom, right, top = frame.visible()
    found = (across.round_values(left, right, more * max(2, round(frame.room.width() / APART))),
             up.round_values(bottom, top, more * max(2, round(frame.room.height() / APART))))
    return [x for x in found[0] if x or line], [y for y in found[1] if y > 0 or (y and not line)]
