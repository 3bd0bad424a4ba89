"""Painting a chart of named places: a row for each, its measured value as a rod with a marker, the exact one as a bar.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.charts.curve_axes import HIGH
from widgets.charts.data import ChartLine, ChartSheet
from widgets.charts.paint import TICK_ROOM, ChartPainter, draw_marker
from widgets.charts.rooms import Edges
from widgets.drawing.curve_scale import Scale
from widgets.drawing.fonts import words
from widgets.drawing.numerals import brief
from widgets.drawing.theme import Theme

TEXT, BESIDE = 11, 8  # px: of a name, and between it and the plot
SHARE = 0.42  # of the width that names get at most
FILLED = 0.7  # of the height of a row that the bar of an exact value takes
LARGEST = 40  # px of a row: a few of them do not fill a tall plot


class NamedPainter(ChartPainter):
    """A chart whose x has names, which stand below one another; y goes from left to right."""

    def __init__(self, sheet: ChartSheet, theme: Theme, size: QSizeF, hidden: Collection[str] = (),
                 edges: Edges | None = None) -> None:
        super().__init__(sheet, theme, size, hidden, edges)
        if not self.y_scale.log:  # rods begin at 0
            low = min(0.0, *(float(np.nanmin(line.y, initial=0.0)) for line in self.lines), 0.0)
            self.y_scale = Scale(low, self.y_scale.high, False)
        metrics, inner = QFontMetricsF(words(TEXT)), self.rooms.title
        names = max(metrics.horizontalAdvance(name) for name in sheet.x.names) + BESIDE
        left = inner.left() + min(names, SHARE * inner.width())
        top, bottom = self.rooms.y_title.top(), self.rooms.plot.bottom()
        bottom = min(bottom, top + LARGEST * len(sheet.x.names))
        self.rooms = replace(self.rooms, plot=QRectF(QPointF(left, top), QPointF(inner.right() - 6, bottom)))

    @property
    def step(self) -> float:
        """Pixels from a name to the next."""
        return self.rooms.plot.height() / len(self.sheet.x.names)

    def place(self, x: float, y: float) -> QPointF:
        """Where a value is: px; NaN for one that the scale has no place for."""
        plot = self.rooms.plot
        across = float(self.y_scale.share(np.array(y)))
        return QPointF(plot.left() + across * plot.width(), plot.top() + (x - 0.5) * self.step)

    def matter(self, painter: QPainter) -> None:
        """Ground, axes, names, bars of what is exact, and rods."""
        self.ground(painter)
        self.axes(painter)
        self._names(painter)
        for line in sorted(self.lines, key=lambda line: line.kind.ran):
            for k, x in enumerate(line.x):
                (self._rod if line.kind.ran else self._bar)(painter, line, k, self.place(float(x), float(line.y[k])))

    def axes(self, painter: QPainter) -> None:
        """Hairlines at round values, their numbers, and the name of y under them."""
        plot = self.rooms.plot
        ticks = self.y_scale.ticks(max(2, int(plot.width() // TICK_ROOM)))
        for value, text in zip(ticks, brief(ticks), strict=True):
            x = self.place(1, value).x()
            painter.setPen(QPen(QColor(self.theme.line), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setFont(words(10))
            painter.setPen(QColor(self.theme.text2))
            painter.drawText(QRectF(x - 40, plot.bottom() + 2, 80, HIGH - 2), Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(words(11))
        title = self.sheet.y.title + (", log" if self.y_scale.log else "")
        left = self.rooms.title.left()
        room = QRectF(left, plot.bottom() + HIGH, plot.right() - left, HIGH)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, title)

    def tip(self, place: QPointF) -> str:
        """The values of the row under the pointer."""
        plot = self.rooms.plot
        row = int((place.y() - plot.top()) // self.step) + 1
        if not plot.top() <= place.y() < plot.bottom() or not 1 <= row <= len(self.sheet.x.names):
            return super().tip(place)
        values = [f"{line.name} {value}" for line in self.lines if (value := line.value_at(float(row)))]
        return f"{self.sheet.x.written(row)}: {', '.join(values)}"

    def _names(self, painter: QPainter) -> None:
        painter.setFont(words(TEXT))
        painter.setPen(QColor(self.theme.text))
        left, wide = self.rooms.title.left(), self.rooms.plot.left() - BESIDE - self.rooms.title.left()
        for k, name in enumerate(self.sheet.x.names):
            box = QRectF(left, self.rooms.plot.top() + k * self.step, wide, self.step)
            text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(wide) + 1)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _rod(self, painter: QPainter, line: ChartLine, number: int, at: QPointF) -> None:
        """From the foot of the scale to a marker; nothing for what has no place."""
        if not np.isfinite(at.x()):
            return
        foot = self.rooms.plot.left() if self.y_scale.log else self.place(1, 0.0).x()
        painter.setPen(QPen(self.colours[line.name], 2.0))
        painter.drawLine(QPointF(foot, at.y()), at)
        if len(line.error) and line.error[number] > 0:
            away = abs(self.place(1, float(line.y[number] + line.error[number])).x() - at.x())
            painter.drawLine(at - QPointF(away, 0), at + QPointF(away, 0))
        draw_marker(painter, self._number(line), at, self.colours[line.name], QColor(self.theme.bg0))

    def _bar(self, painter: QPainter, line: ChartLine, number: int, at: QPointF) -> None:
        """An upright bar, on a pale band as wide as its error to either side."""
        if not np.isfinite(at.x()):
            return
        high, plot = FILLED * self.step, self.rooms.plot
        error = float(line.error[number]) if len(line.error) else 0.0
        ends = [self.place(1, float(line.y[number]) + side * error).x() for side in (-1, 1)]
        left, right = (min(max(end, plot.left()), plot.right()) if np.isfinite(end) else plot.left() for end in ends)
        painter.fillRect(QRectF(left, at.y() - high / 2, right - left, high), self._pale(line))
        painter.setPen(QPen(self.colours[line.name], 2.4))
        painter.drawLine(at - QPointF(0, high / 2), at + QPointF(0, high / 2))
