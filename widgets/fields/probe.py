"""The probe of a field: a small cross, and beside it the lines that its owner knows about that point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.drawing.fonts import numbers, words
from widgets.drawing.painted import tinted
from widgets.drawing.theme import Theme

AWAY, FAR = 14.0, 90.0  # px between the point and its lines, and where they would cover what they tell of
PAD_X, PAD_Y, LINE, BETWEEN = 8.0, 6.0, 16.0, 14.0
ARM, INNER = 8.0, 3.0  # px of the cross
NAME = 10.0  # px around a place that is to stay clear, for its ring and what is written there
SHARE, MOST = 0.45, 0.65  # of the plate's height that lines in full and in short may take
MARK = 6.0  # px of the square in a term's colour


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the readout: a name, its value as written, and the theme's colour it goes by (“” for none).

    brief, briefly: shorter ones of name and value, for where there is little room.
    """

    name: str
    value: str
    colour: str = ""
    brief: str = ""
    briefly: str = ""

    @property
    def shortened(self) -> Fact:
        """The same line in fewer letters."""
        return Fact(self.brief or self.name, self.briefly or self.value, self.colour)


def draw_cross(painter: QPainter, at: QPointF, theme: Theme) -> None:
    """Draw the mark of the probed point, open in the middle so that it hides nothing."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    arms = [QLineF(at + QPointF(x, y) * INNER, at + QPointF(x, y) * ARM) for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    # a rim in the plate's colour, so that it is seen among particles
    for colour, width in ((theme.bg1, 3.5), (theme.text, 1.3)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawLines(arms)


def fitting(facts: Sequence[Fact], room: QRectF) -> list[Fact]:
    """The lines as they have room on the plate: in full, else in short.

    Those too wide are left out, and of those too many the first ones: the axes tell, too, where the pointer is.
    """
    if _width(facts) <= room.width() and _height(facts) <= room.height() * SHARE:
        return list(facts)
    short = [fact.shortened for fact in facts]
    most = int((room.height() * MOST - 2 * PAD_Y) // LINE)
    short = short[-most:] if most > 0 else []
    while short and _width(short) > room.width():
        short.remove(max(short, key=lambda fact: _width([fact])))
    return short


def _width(facts: Sequence[Fact]) -> float:
    """Px across that the lines take."""
    name, value = QFontMetricsF(words(11)), QFontMetricsF(numbers(11))
    return (max(name.horizontalAdvance(fact.name) + (MARK + 5) * bool(fact.colour) for fact in facts) + BETWEEN
            + max(value.horizontalAdvance(fact.value) for fact in facts) + 2 * PAD_X)


def _height(facts: Sequence[Fact]) -> float:
    return LINE * len(facts) + 2 * PAD_Y


def readout_box(at: QPointF, facts: Sequence[Fact], room: QRectF, clear: Sequence[QPointF] = ()) -> QRectF:
    """Where the lines stand: below and right of the point, on another side or farther away where there is no room, or
    where there they would cover fewer of the places that are to stay `clear`."""
    wide, high = _width(facts), _height(facts)
    # at its corners, else beside it, else farther away
    corners = [(x, y) for y in (AWAY, -AWAY - high) for x in (AWAY, -AWAY - wide)]
    beside = [(x, -high / 2) for x in (AWAY, -AWAY - wide)] + [(-wide / 2, y) for y in (AWAY, -AWAY - high)]
    far = [(x, y) for y in (FAR, -FAR - high) for x in (FAR, -FAR - wide)]
    sides = [QRectF(at.x() + x, at.y() + y, wide, high) for x, y in (*corners, *beside, *far)]
    fitting = [side for side in sides if room.contains(side)]
    if not fitting:  # it stays on the plate, over the point
        left = at.x() + AWAY if at.x() + AWAY + wide <= room.right() else at.x() - AWAY - wide
        top = at.y() + AWAY if at.y() + AWAY + high <= room.bottom() else at.y() - AWAY - high
        return QRectF(max(left, room.left()), max(top, room.top()), wide, high)
    rim = QMarginsF(NAME, NAME, NAME, NAME)
    return min(fitting, key=lambda side: sum((side + rim).contains(place) for place in clear))


def draw_readout(painter: QPainter, box: QRectF, facts: Sequence[Fact], theme: Theme) -> None:
    """Draw the lines: names at the left, values at the right in figures of one width."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(tinted(theme.bg1, 0.94))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    for row, fact in enumerate(facts):
        line = QRectF(box.left() + PAD_X, box.top() + PAD_Y + row * LINE, box.width() - 2 * PAD_X, LINE)
        if fact.colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.term(fact.colour)))
            painter.drawRoundedRect(QRectF(line.left(), line.center().y() - MARK / 2, MARK, MARK), 1.5, 1.5)
        painter.setFont(words(11))
        painter.setPen(QColor(theme.text2))
        painter.drawText(line.adjusted((MARK + 5) * bool(fact.colour), 0, 0, 0),
                         Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fact.name)
        painter.setFont(numbers(11))
        painter.setPen(QColor(theme.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, fact.value)
