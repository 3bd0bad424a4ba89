"""Where the parts of a chart are: title, legend, plot and remark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF

from widgets.charts.curve_axes import HIGH
from widgets.charts.data import ChartSheet
from widgets.drawing.fonts import words

PAD = 14  # px around everything
LEFT, TITLE, ROW = 52, 22, 20  # px of the labels of y at least, of a line of the title, of a row of the legend
SWATCH = 26  # px of a line in the legend
BUTTON = 32  # px at the right of the title for a button
UNDER = 16  # px of a line under the title
SMALL = 300  # px of the height of a chart below which its plot needs the room of the remark, which is then its tip
OVER = 20  # px over a plot, for the name of y
Edges = tuple[float, float]  # the upper and the lower one of a plot, px


@dataclass(frozen=True, slots=True)
class ChartRooms:
    """Where the parts of a chart are: px. legend: one box a line, in their order."""

    title: QRectF
    subtitle: QRectF
    legend: tuple[QRectF, ...]
    y_title: QRectF
    plot: QRectF
    remark: QRectF


def rooms(sheet: ChartSheet, size: QSizeF, left: float = LEFT, edges: Edges | None = None) -> ChartRooms:
    """The rooms of a chart of this size; the plot takes what the words and the labels of y (`left`) leave.

    edges: no higher and no lower than there.
    """
    inner = QRectF(PAD, PAD - 2, max(1.0, size.width() - 2 * PAD), max(1.0, size.height() - 2 * PAD + 2))
    long = QFontMetricsF(words(14, bold=True)).horizontalAdvance(sheet.title) > inner.width() - BUTTON
    title = QRectF(inner.left(), inner.top(), inner.width(), TITLE * (1.8 if long else 1))
    subtitle = QRectF(inner.left(), title.bottom(), inner.width(), UNDER if sheet.subtitle else 0)
    legend = _legend(sheet, QRectF(inner.left(), subtitle.bottom() + 2, inner.width(), ROW))
    top = (legend[-1].bottom() if legend else subtitle.bottom()) + 6
    top = top if edges is None else max(top, edges[0] - OVER)
    y_title = QRectF(inner.left(), top, inner.width(), OVER - 4)
    metrics, told = QFontMetricsF(words(12)), bool(sheet.remark) and size.height() >= SMALL
    tall = metrics.boundingRect(QRectF(0, 0, inner.width(), 200), int(Qt.TextFlag.TextWordWrap), sheet.remark).height()
    remark = QRectF(inner.left(), inner.bottom() - tall, inner.width(), tall) if told else \
        QRectF(inner.left(), inner.bottom(), inner.width(), 0)
    bottom = remark.top() - (8 if told else 0) - 2 * HIGH - 2
    bottom = bottom if edges is None else min(bottom, edges[1])
    plot = QRectF(inner.left() + left, y_title.bottom() + 4, max(1.0, inner.width() - left),
                  max(1.0, bottom - y_title.bottom() - 4))
    return ChartRooms(title, subtitle, legend, y_title, plot, remark)


def _legend(sheet: ChartSheet, row: QRectF) -> tuple[QRectF, ...]:
    """A box for each line, as many in a row as find room."""
    metrics, boxes, x, y = QFontMetricsF(words(12)), list[QRectF](), row.left(), row.top()
    for line in sheet.lines:
        width = min(SWATCH + 8 + metrics.horizontalAdvance(line.name) + 14, row.width())
        if x > row.left() and x + width > row.right():
            x, y = row.left(), y + ROW
        boxes.append(QRectF(x, y, width, ROW))
        x += width
    return tuple(boxes)


def shared(sheets: Iterable[ChartSheet], size: QSizeF) -> Edges | None:
    """The edges that the plots of charts of one size have in common; None without one."""
    plots = [rooms(sheet, size).plot for sheet in sheets]
    return (max(plot.top() for plot in plots), min(plot.bottom() for plot in plots)) if plots else None
