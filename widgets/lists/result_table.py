"""Result table: a row for each result with its figures, the best first; the last column has room for a sentence."""

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
        self.itemClicked.connect(lambda item: self.picked.emit(self.indexOfTopLevelItem(item)))
        self.currentItemChanged.connect(lambda item: self.went.emit(self.indexOfTopLevelItem(item) if item else -1))

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The cells of every row as they are written."""
        return self._rows

    @property
    def current(self) -> int:
        """The row that the keyboard is on, −1 for none."""
        item = self.currentItem()
        return self.indexOfTopLevelItem(item) if item is not None else -1

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
        scrolled, blocked = self.verticalScrollBar().value(), self.blockSignals(True)
        self._heads, self._rows, self._quiet = tuple(heads), found, quiet
        self.clear()
        self._head()
        for row in found:
            self._insert(row)
        self._colour()
        self._spread()
        self.blockSignals(blocked)
        self.verticalScrollBar().setValue(scrolled)
        self.go_to(current)

    def go_to(self, row: int) -> None:
        """Put the keyboard onto a row without a signal, or onto none."""
        blocked = self.blockSignals(True)
        self.setCurrentItem(self.topLevelItem(row) if 0 <= row < len(self._rows) else None)  # pyright: ignore
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
        self.setColumnCount(len(self._heads))
        self.setHeaderLabels([head.title for head in self._heads])
        for column, head in enumerate(self._heads):
            self.headerItem().setToolTip(column, head.told)
            side = Qt.AlignmentFlag.AlignRight if head.numeric else Qt.AlignmentFlag.AlignLeft
            self.headerItem().setTextAlignment(column, side | Qt.AlignmentFlag.AlignVCenter)

    def _insert(self, row: Sequence[str]) -> None:
        item = QTreeWidgetItem(self)
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
        for number in range(self.topLevelItemCount()):
            item = self.topLevelItem(number)
            for column in range(len(self._heads)) if item is not None else ():
                quiet = number in self._quiet or (column and not self._heads[column].numeric)
                item.setForeground(column, QColor(self._theme.text2 if quiet else self._theme.text))  # pyright: ignore

    def _spread(self) -> None:
        """Give every column but the last what its cells take."""
        words, figures = self.fontMetrics(), QFontMetrics(numbers())
        for column, head in enumerate(self._heads[:-1]):
            metrics = figures if head.numeric else words
            cells = max((metrics.horizontalAdvance(row[column]) for row in self._rows), default=0)
            wanted = max(cells + AIR, self.header().sectionSizeHint(column))
            self.setColumnWidth(column, max(wanted, LEAST) if head.numeric else min(wanted, MOST))
