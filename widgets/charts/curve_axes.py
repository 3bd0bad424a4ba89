"""What stands around the curves of a plot: hairlines at round values, their numbers, and the ends of x."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.drawing.curve_scale import Scale
from widgets.drawing.fonts import words
from widgets.drawing.numerals import significant
from widgets.drawing.theme import Theme

GAP = 5  # px between the numbers and the plot
HIGH = 16  # px of a number's line
FAR = 200  # px, longer than any number
ROOMY = 70  # px from which on four lines do not crowd


def count(height: float) -> int:
    """About how many hairlines a plot of this height (px) has."""
    return 4 if height > ROOMY else 2


def wide(texts: Sequence[str]) -> float:
    """Pixels that these numbers need at the left of a plot."""
    metrics = QFontMetricsF(words(10))
    return max((metrics.horizontalAdvance(text) for text in texts), default=0.0) + GAP + 1


def draw_grid(painter: QPainter, room: QRectF, scale: Scale, theme: Theme) -> list[float]:
    """Draw a hairline at about two to four round values of a scale; returns the values."""
    ticks = scale.ticks(count(room.height()))
    painter.setPen(QPen(QColor(theme.line), 1))
    for value in ticks:
        y = _height(room, scale, value)
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
    return ticks


def draw_numbers(painter: QPainter, room: QRectF, scale: Scale, numbers: Sequence[tuple[float, str]],
                 theme: Theme) -> None:
    """Write the numbers (value, text) of hairlines at the left of the plot, without one that would touch another."""
    painter.setFont(words(10))
    painter.setPen(QColor(theme.text2))
    above = room.bottom() + HIGH
    for value, text in sorted(numbers):
        y = _height(room, scale, value)
        if above - y < HIGH - 4:
            continue
        above = y
        # at the edges they stay inside, where the title and the next plot do not cover them
        top = min(max(y - HIGH / 2, room.top() - 3), room.bottom() - HIGH + 3)
        painter.drawText(QRectF(room.left() - GAP - FAR, top, FAR, HIGH),
                         Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def draw_ends(painter: QPainter, room: QRectF, span: tuple[float, float], name: str, theme: Theme) -> None:
    """Write the ends of the x axis below the plot and its name between them."""
    painter.setFont(words(10))
    painter.setPen(QColor(theme.text2))
    below = QRectF(room.left(), room.bottom() + 1, room.width(), HIGH - 1)
    low, high = (significant(end, digits) for end, digits in zip(span, (4, 6), strict=True))
    sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
    for text, side in zip((low, name, high), sides, strict=True):
        painter.drawText(below, side | Qt.AlignmentFlag.AlignVCenter, text)


def _height(room: QRectF, scale: Scale, value: float) -> float:
    """Where a value is in the plot: px."""
    return room.bottom() - float(scale.share(np.array(value))) * room.height()
