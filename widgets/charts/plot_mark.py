"""A mark in a plot: what lies before an x stands back, and a word says what begins there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from widgets.drawing.fonts import words as word_font
from widgets.drawing.theme import Theme

GAP = 5  # px between the line and its words


def draw_mark(painter: QPainter, room: QRectF, at: float, words: str, theme: Theme, *, high: bool = False) -> None:
    """Draw a dashed line at `at` (px) with words at its side, over a ground that tells before from after.

    high: the words stand at the top, where a curve runs low.
    """
    before = QRectF(room.topLeft(), QPointF(at, room.bottom()))
    painter.fillRect(before, QColor(theme.bg2))
    painter.setPen(QPen(QColor(theme.text2), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))
    painter.setFont(word_font(10))
    metrics = QFontMetrics(painter.font())
    width, base = metrics.horizontalAdvance(words), room.top() + metrics.ascent() + 2 if high else room.bottom() - 5
    # at the side that has room, and nowhere when neither has
    for left in (at + GAP, at - GAP - width):
        if room.left() < left and left + width < room.right():
            painter.drawText(QPointF(left, base), words)
            return
