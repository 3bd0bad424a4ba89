"""What is read off a chart at one x: a line there, and a box with the value of every line."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.charts.data import ChartLine
from widgets.charts.paint import ChartPainter
from widgets.drawing.fonts import numbers, words


def draw_values(painter: QPainter, chart: ChartPainter, x: float) -> None:
    """A line at an x of the chart, and a box with the value of every line there."""
    plot, theme = chart.rooms.plot, chart.theme
    at = plot.left() + float(chart.x_scale.share(np.array(x))) * plot.width()
    painter.setPen(QPen(QColor(theme.text2), 1))
    if chart.sheet.x.names:  # these stand below one another
        at, row = plot.right(), chart.place(x, 1.0).y()
        painter.drawLine(QPointF(plot.left(), row), QPointF(plot.right(), row))
    else:
        painter.drawLine(QPointF(at, plot.top()), QPointF(at, plot.bottom()))
    rows = [(line, value) for line in chart.lines if (value := line.value_at(x))]
    head = f"{chart.sheet.x.title}  {chart.sheet.x.written(x)}"
    name, digits = QFontMetricsF(words(11)), QFontMetricsF(numbers(11))
    wide = max([name.horizontalAdvance(head), *(22 + name.horizontalAdvance(line.name) + 16
                                                + digits.horizontalAdvance(value) for line, value in rows)]) + 18
    box = QRectF(0, 0, min(wide, plot.width()), 22 + 17 * len(rows) + 6)
    # on the side with more room, so that it does not cover what is read
    left = at + 10 if at + 10 + box.width() <= plot.right() else at - 10 - box.width()
    box.moveTopLeft(QPointF(max(plot.left() + 4, left), plot.top() + 6))
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(QColor(theme.bg2))
    painter.drawRoundedRect(box, 5, 5)
    painter.setFont(words(11))
    painter.setPen(QColor(theme.text2))
    painter.drawText(box.adjusted(9, 4, -9, 0), Qt.AlignmentFlag.AlignLeft, head)
    for k, (line, value) in enumerate(rows):
        row = QRectF(box.left() + 9, box.top() + 22 + 17 * k, box.width() - 18, 17)
        _value_row(painter, chart, line, value, row)


def _value_row(painter: QPainter, chart: ChartPainter, line: ChartLine, value: str, row: QRectF) -> None:
    """Colour, name and value of one line."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(chart.colours[line.name])
    painter.drawRoundedRect(QRectF(row.left(), row.center().y() - 1.5, 14, 3), 1.5, 1.5)
    painter.setFont(words(11))
    painter.setPen(QColor(chart.theme.text))
    painter.drawText(row.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line.name)
    painter.setFont(numbers(11))
    painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)
