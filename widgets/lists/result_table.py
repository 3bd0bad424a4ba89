"""Result table: a row for each result with its figures, the best first; the last column has room for a sentence.

A click on a head sorts by its column, rows without a figure last; one more turns the order, and a third brings back
that in which the rows came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QTreeWidget, QTreeWidgetItem, QWidget

from widgets.drawing.fonts import numbers
from widgets.drawing.theme import DARK, Theme

ROW, AIR, LEAST = 24, 22, 52  # px: of a row, beside a cell, and of a column
MOST = 280  # px that a column of words gets


@dataclass(frozen=True, slots=True)
class Head:
    """A column: what it is called, what it means, and whether it holds numbers."""

    title: str
    told: str
    numeric: bool


class ResultTable(QTreeWidget):
    """Rows under heads; quiet ones have no figures. Ctrl+C copies the selected row, with tabs.

    Signals: picked(int) with the number of a row that was clicked or chosen with Enter; went(int) with that of the
    row that the keyboard or a click went to.
    """

    picked = Signal(int)
    went = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._heads, self._rows = DARK, tuple[Head, ...](), tuple[tuple[str, ...], ...]()
        self._quiet = frozenset[int]()
        self.setAccessibleName(name)
        self.setProperty("striped", True)  # a selected row is one stripe over all columns
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setSectionsMovable(False)
        self.header().setStretchLastSection(True)
        self._sorted: tuple[int, bool] | None = None  # by which column, and whether downwards
        self.header().setSectionsClickable(True)
        self.header().sectionClicked.connect(self.sort_by)
        self.itemClicked.connect(lambda item: self.picked.emit(self._row(item)))
        self.currentItemChanged.connect(lambda item: self.went.emit(self._row(item)))

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The cells of every row as they are written."""
        return self._rows

    @property
    def current(self) -> int:
        """The row that the keyboard is on, −1 for none."""
        return self._row(self.currentItem())

    @staticmethod
    def _row(item: QTreeWidgetItem | None) -> int:
        """The number of an item's row, wherever the order has put it."""
        return -1 if item is None else int(item.data(0, Qt.ItemDataRole.UserRole))

    def set_rows(self, heads: Sequence[Head], rows: Sequence[Sequence[str]], quiet: frozenset[int] = frozenset(),
                 current: int = -1) -> None:
        """Show rows of as many cells as there are heads, without a signal.

        Args:
            quiet: numbers of those that are told in a quiet colour.
            current: the row to be on, −1 for none.
        """
        found = tuple(tuple(row) for row in rows)
        if (tuple(heads), found, quiet, current) == (self._heads, self._rows, self._quiet, self.current):
            return
        self._sorted = self._sorted if tuple(heads) == self._heads else None
        self._heads, self._rows, self._quiet = tuple(heads), found, quiet
        self._fill(current)

    def sort_by(self, column: int) -> None:
        """Sort by a column, numbers from the largest; by the same one again the other way round, then as they came."""
        first = (column, self._heads[column].numeric)
        self._sorted = first if self._sorted is None or self._sorted[0] != column else \
            (column, not first[1]) if self._sorted == first else None
        self._fill(self.current)

    def _fill(self, current: int) -> None:
        """Make the items anew in their order."""
        scrolled, blocked = self.verticalScrollBar().value(), self.blockSignals(True)
        self.clear()
        self._head()
        for number in self._order():
            self._insert(number)
        self._colour()
        self._spread()
        self.blockSignals(blocked)
        self.verticalScrollBar().setValue(scrolled)
        self.go_to(current)

    def _order(self) -> list[int]:
        """The numbers of the rows from the top down."""
        every = list(range(len(self._rows)))
        if self._sorted is None:
            return every
        column, down = self._sorted
        keys = {k: sort_key(self._rows[k][column], numeric=self._heads[column].numeric) for k in every}
        full = sorted((k for k in every if self._rows[k][column]), key=keys.__getitem__, reverse=down)
        return [*full, *(k for k in every if not self._rows[k][column])]

    def go_to(self, row: int) -> None:
        """Put the keyboard onto a row without a signal, or onto none."""
        blocked = self.blockSignals(True)
        items = (self.topLevelItem(place) for place in range(self.topLevelItemCount()))
        self.setCurrentItem(next((item for item in items if self._row(item) == row), None))  # pyright: ignore
        self.blockSignals(blocked)

    def set_theme(self, theme: Theme) -> None:
        """Redraw the words in the colours of a theme."""
        self._theme = theme
        self._colour()

    def sizeHint(self) -> QSize:
        """As high as all rows are."""
        return QSize(super().sizeHint().width(), ROW * len(self._rows) + self.header().sizeHint().height() + 4)

    def text(self, row: int) -> str:
        """A row as it is copied: cells with tabs between them."""
        return "\t".join(self._rows[row])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.current >= 0:
            self.picked.emit(self.current)
        elif event.matches(QKeySequence.StandardKey.Copy) and self.current >= 0:
            QApplication.clipboard().setText(self.text(self.current))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _head(self) -> None:
        column, down = self._sorted or (0, False)
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        self.header().setSortIndicatorShown(self._sorted is not None)
        self.header().setSortIndicator(column, order)
        self.setColumnCount(len(self._heads))
        self.setHeaderLabels([head.title for head in self._heads])
        for column, head in enumerate(self._heads):
            self.headerItem().setToolTip(column, head.told)
            side = Qt.AlignmentFlag.AlignRight if head.numeric else Qt.AlignmentFlag.AlignLeft
            self.headerItem().setTextAlignment(column, side | Qt.AlignmentFlag.AlignVCenter)

    def _insert(self, number: int) -> None:
        item, row = QTreeWidgetItem(self), self._rows[number]
        item.setData(0, Qt.ItemDataRole.UserRole, number)
        for column, (head, cell) in enumerate(zip(self._heads, row, strict=True)):
            item.setText(column, cell)
            item.setSizeHint(column, QSize(0, ROW))
            if head.numeric:
                item.setFont(column, numbers())
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            else:
                item.setToolTip(column, cell)  # a sentence may be cut
        told = (f"{head.title} {cell}" for head, cell in zip(self._heads[1:], row[1:], strict=True) if cell)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join([*row[:1], *told]))

    def _colour(self) -> None:
        for place in range(self.topLevelItemCount()):
            item = self.topLevelItem(place)
            for column in range(len(self._heads)) if item is not None else ():
                quiet = self._row(item) in self._quiet or (column and not self._heads[column].numeric)
                item.setForeground(column, QColor(self._theme.text2 if quiet else self._theme.text))  # pyright: ignore

    def _spread(self) -> None:
        """Give every column but the last what its cells take."""
        words, figures = self.fontMetrics(), QFontMetrics(numbers())
        for column, head in enumerate(self._heads[:-1]):
            metrics = figures if head.numeric else words
            cells = max((metrics.horizontalAdvance(row[column]) for row in self._rows), default=0)
            wanted = max(cells + AIR, self.header().sectionSizeHint(column))
            self.setColumnWidth(column, max(wanted, LEAST) if head.numeric else min(wanted, MOST))


def sort_key(cell: str, *, numeric: bool) -> tuple[float, str]:
    """What a cell is sorted by: its number as it is written, or its words."""
    try:
        return (float(cell.replace("−", "-").replace(",", "").split()[0]) if numeric else 0.0, cell.casefold())
    except (ValueError, IndexError):
        return 0.0, cell.casefold()
