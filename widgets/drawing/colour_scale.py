"""A colour scale beside a heat map, with the values at its ends."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from widgets.drawing.numerals import significant
from widgets.drawing.pixmaps import colour_bar

BAR = 6
ROOM = 44
SIGN = 14  # px more where the ends have a sign before their numbers


def draw_scale(
    painter: QPainter, place: QRectF, name: str, ends: tuple[float, float], font: QFont, colour: str, *,
    beyond: bool = False,
) -> None:
    """Draw the scale of map `name` on the left edge of `place`, (low, high) written beside its ends.

    beyond: some values are further out than the ends, which is said there.
    """
    bar = QRectF(place.left(), place.top(), BAR, place.height())
    painter.drawImage(bar, colour_bar(name, round(place.height())))
    painter.setFont(font)
    painter.setPen(QColor(colour))
    words = place.adjusted(BAR + 4, 0, 0, 0)
    line = QFontMetricsF(font).height()
    low, high = (f"{sign} {format_value(value)}" if beyond else format_value(value)
                 for sign, value in zip("≤≥", ends, strict=True))
    painter.drawText(QRectF(words.left(), words.top(), words.width(), line), Qt.AlignmentFlag.AlignLeft, high)
    painter.drawText(QRectF(words.left(), words.bottom() - line, words.width(), line), Qt.AlignmentFlag.AlignLeft, low)


def format_value(value: float) -> str:
    """Two significant figures with a true minus sign."""
    return significant(value, 2)
