"""Painting a chart that is a table: names at the left, numbers in columns, what is there to compare with in grey."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.charts.data import ChartTable
from widgets.charts.paint import ChartPainter
from widgets.drawing.fonts import numbers, numbers_wide, words, words_wide

TEXT, ROW, BETWEEN = 12, 21, 12  # px: of words and numbers, of a row, and between two columns
NAMES = 120  # px of the names at least
WIDEST = 96  # px of a column, with what is between


class TablePainter(ChartPainter):
    """A chart whose sheet has a table, which stands where axes and lines would."""

    def matter(self, painter: QPainter) -> None:
        """Heads, a hairline and every row there is room for."""
        table = self.sheet.table
        if table is None:
            return
        top, bottom = self._top(), self.rooms.remark.top() - 4
        edges = self._edges(table)
        painter.setPen(QColor(self.theme.text2))
        self._row(painter, top, edges, [table.name, *(title for title, _ in table.heads)], head=True)
        painter.setPen(QPen(QColor(self.theme.line), 1))
        left, right = self.rooms.title.left(), edges[-1]
        painter.drawLine(QPointF(left, top + ROW), QPointF(right, top + ROW))
        for k, (_, _, quiet) in enumerate(table.entries):
            at = top + 3 + ROW * (k + 1)
            if at + ROW > bottom:
                break
            painter.setPen(QColor(self.theme.text2 if quiet else self.theme.accent if k == 0 else self.theme.text))
            if table.why(k):
                self._reason(painter, at, edges, table, k)
                continue
            self._row(painter, at, edges, [table.text(k, column) for column in range(len(table.heads) + 1)])

    def tip(self, place: QPointF) -> str:
        """What the numbers of a column are, or a name that may be cut."""
        table = self.sheet.table
        if table is None:
            return ""
        edges, row = self._edges(table), int((place.y() - self._top() - 3) // ROW) - 1
        for (title, told), begin, end in zip(table.heads, edges, edges[1:], strict=False):
            if begin <= place.x() < end and row >= -1:
                return f"{title}: {told}"
        return table.text(row, 0) if 0 <= row < len(table.entries) and place.x() < edges[0] else ""

    def _top(self) -> float:
        return self.rooms.subtitle.bottom() + 4

    def _edges(self, table: ChartTable) -> list[float]:
        """Right edges of all columns, that of the names first: px."""
        room, left = self.rooms.title.width(), self.rooms.title.left()
        columns = range(1, len(table.heads) + 1)
        needed = [max(words_wide(table.heads[k - 1][0], TEXT),
                      *(numbers_wide(table.text(row, k), TEXT) for row in range(len(table.entries)))) for k in columns]
        told = max(words_wide(name, TEXT) for name, _, _ in table.entries) + BETWEEN
        wide = [min(width + BETWEEN, WIDEST) for width in needed]
        names = max(NAMES, min(told, room - sum(wide)))
        shrink = min(1.0, (room - names) / sum(wide))
        edges = [left + names]
        for width in wide:
            edges.append(edges[-1] + shrink * width)
        return edges

    def _row(self, painter: QPainter, top: float, edges: list[float], texts: list[str], *, head: bool = False) -> None:
        left, middle = self.rooms.title.left(), Qt.AlignmentFlag.AlignVCenter
        painter.setFont(words(TEXT))
        name = painter.fontMetrics().elidedText(texts[0], Qt.TextElideMode.ElideMiddle, int(edges[0] - left))
        painter.drawText(QRectF(left, top, edges[0] - left, ROW), middle | Qt.AlignmentFlag.AlignLeft, name)
        painter.setFont(words(TEXT) if head else numbers(TEXT))
        for begin, end, text in zip(edges, edges[1:], texts[1:], strict=False):
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(end - begin) - 2)
            painter.drawText(QRectF(begin, top, end - begin, ROW), middle | Qt.AlignmentFlag.AlignRight, shown)

    def _reason(self, painter: QPainter, top: float, edges: list[float], table: ChartTable, row: int) -> None:
        """A row without numbers: its name and, over all columns, why."""
        self._row(painter, top, edges[:1], [table.text(row, 0)])
        box = QRectF(edges[0] + BETWEEN, top, edges[-1] - edges[0] - BETWEEN, ROW)
        painter.setFont(words(TEXT))
        text = painter.fontMetrics().elidedText(table.why(row), Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
