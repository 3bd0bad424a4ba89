"""Row table: named rows of numbers that are sorted by any column, one of which is chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from widgets.charts.data import ChartTable
from widgets.charts.number_table import ROW, NumberTable
from widgets.drawing.fonts import numbers, words
from widgets.drawing.theme import DARK, Theme
from widgets.drawing.tips import wrapped

AIR, LEAST, MORE, ARROW, HEAD = 17, 46, 60, 10, 11  # px: beside a cell, of a column, what it gets
# beyond what it needs, of the arrow of its head, and of the head's letters
SORTS = "Click to sort by it, again to turn the order; ← and → choose the column, Space turns the order."
Index = QModelIndex | QPersistentModelIndex


class RowModel(QAbstractTableModel):
    """A table in some order of its rows. Signals: of QAbstractTableModel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table: ChartTable | None = None
        self.order: list[int] = []  # rows of the table as they are shown
        self.theme = DARK
        self.column, self.descending = -1, False

    def take(self, table: ChartTable | None, column: int, descending: bool) -> None:
        """Show a table, sorted by a column, −1 for as it is."""
        self.beginResetModel()
        self.column, self.descending = column, descending
        self.table, self.order = table, [] if table is None else sorted_rows(table, column, descending=descending)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() or self.table is None else len(self.table.heads) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell as it is written, or how it is set."""
        if self.table is None:
            return None
        row, column = self.order[index.row()], index.column()
        reason = self.table.why(row) if column else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return reason if reason and column == 1 else "" if reason else self.table.text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrapped(reason) if reason else self.table.text(row, 0) if column == 0 else None
        if role == Qt.ItemDataRole.FontRole:
            return words() if reason or column == 0 else numbers()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if reason or column == 0 else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self.theme.text2 if self.table.entries[row][2] else self.theme.text)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.table is None or orientation is not Qt.Orientation.Horizontal:
            return None
        title, told = (self.table.name, "") if section == 0 else self.table.heads[section - 1]
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = "" if section != self.column else " ↓" if self.descending else " ↑"
            return f"{title}{arrow}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrapped(f"{told} {SORTS}".strip())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return (Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft) | \
                Qt.AlignmentFlag.AlignVCenter
        return None


def sorted_rows(table: ChartTable, column: int, *, descending: bool) -> list[int]:
    """The rows of a table by a column, 0 for names and −1 for as they are.

    Those that are there to compare with come after all others, and those without numbers last.
    """
    def worth(row: int) -> tuple[bool, float, str]:
        name, values, _ = table.entries[row]
        if column == 0:
            return False, 0.0, name.casefold()
        value = values[column - 1]
        return math.isnan(value), -value if descending else value, ""

    rows = range(len(table.entries))
    found = [row for row in rows if not table.entries[row][2]]
    if column >= 0:
        found = sorted(found, key=worth, reverse=column == 0 and descending)
    quiet = [row for row in rows if table.entries[row][2]]
    return [*found, *sorted(quiet, key=lambda row: bool(table.why(row)))]


class RowTable(NumberTable):
    """The table. ↑ and ↓ choose a row, ← and → the column it is sorted by, Space turns the order, Ctrl+C copies.

    Signals: chosen(str) with the name of the row that the user went to.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = RowModel()
        super().__init__(self.rows, parent)
        self.rows.setParent(self)
        self._column, self._descending = -1, False
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(LEAST)
        head.setSectionsClickable(True)
        head.sectionClicked.connect(self.sort_by)
        self.selectionModel().currentRowChanged.connect(self._went)

    @property
    def sorted_by(self) -> tuple[int, bool]:
        """The column, −1 for the order as given, and whether the largest is first."""
        return self._column, self._descending

    @property
    def current(self) -> str:
        """The name of the row that is chosen, "" for none."""
        return self._name(self.currentIndex().row())

    def set_table(self, table: ChartTable | None, chosen: str = "") -> None:
        """Show a table and its row of a name, without a signal; while it grows, the order stays that of its column."""
        if table is not self.rows.table:
            self._show(table)
        self.go_to(chosen)

    def go_to(self, name: str) -> None:
        """Choose a row by its name, without a signal; none for one that is not there."""
        place = next((k for k in range(self.rows.rowCount()) if self._name(k) == name), -1)
        blocked = self.selectionModel().blockSignals(True)
        if place >= 0:
            self.setCurrentIndex(self.rows.index(place, 0))
            self.selectRow(place)
        else:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        self.selectionModel().blockSignals(blocked)
        self.viewport().update()

    def sort_by(self, column: int) -> None:
        """Sort by a column, or the other way round by that it is sorted by already; the row that is chosen stays."""
        self._descending = column == self._column and not self._descending
        self._column = column
        self._sorted()

    def set_theme(self, theme: Theme) -> None:
        """Write in the colours of a theme."""
        self.rows.theme = theme
        self.viewport().update()

    def wanted(self) -> int:
        """The height at which all rows are seen: px."""
        return ROW * self.rows.rowCount() + self.horizontalHeader().sizeHint().height() + 4

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sides = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        columns = self.rows.columnCount()
        if event.key() in sides and columns:
            side = sides[Qt.Key(event.key())]
            self.sort_by((self._column + side) % columns if self._column >= 0 else 1)
        elif event.key() == Qt.Key.Key_Space and self._column >= 0:
            self.sort_by(self._column)
        else:
            super().keyPressEvent(event)

    def _sorted(self) -> None:
        chosen, held = self.current, self.selectionModel().blockSignals(True)
        self._show(self.rows.table)
        self.selectionModel().blockSignals(held)
        self.go_to(chosen)

    def _show(self, table: ChartTable | None) -> None:
        at = self.verticalScrollBar().value()
        if table is not None and self._column > len(table.heads):
            self._column = -1
        self.rows.take(table, self._column, self._descending)
        self.clearSpans()
        for place, row in enumerate(self.rows.order):
            if table is not None and table.why(row):
                self.setSpan(place, 1, 1, len(table.heads))
        self.spread()
        self.verticalScrollBar().setValue(at)

    def spread(self) -> None:
        """Give the columns of numbers what they take, and some of what is left; names get what they need of it."""
        table = self.rows.table
        if table is None:
            return
        plain, figures, room = QFontMetrics(words()), QFontMetrics(numbers()), self.viewport().width()
        heads = QFontMetrics(words(HEAD))
        needed = [_needed(table, column, heads, figures) for column in range(1, len(table.heads) + 1)]
        names = max(plain.horizontalAdvance(name) for name in table.names or ("",)) + AIR
        left = room - names - sum(needed)
        more = min(max(left // len(needed), 0), MORE) if needed else 0
        self.setColumnWidth(0, max(min(names, names + left), LEAST))
        for column, width in enumerate(needed, 1):
            self.setColumnWidth(column, width + more)

    def _name(self, place: int) -> str:
        table = self.rows.table
        return table.text(self.rows.order[place], 0) if table is not None and 0 <= place < len(self.rows.order) else ""

    def _went(self, now: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(self._name(now.row()))

    def head_at(self, column: int) -> QPoint:
        """The middle of the head of a column, in the coordinates of the header: px."""
        head = self.horizontalHeader()
        return QPoint(head.sectionViewportPosition(column) + head.sectionSize(column) // 2, head.height() // 2)


def _needed(table: ChartTable, column: int, heads: QFontMetrics, figures: QFontMetrics) -> int:
    """Pixels that the cells and the head of a column of numbers take."""
    rows: Sequence[int] = [row for row in range(len(table.entries)) if not table.why(row)]
    cells = max((figures.horizontalAdvance(table.text(row, column)) for row in rows), default=0)
    return max(cells + AIR, heads.horizontalAdvance(table.heads[column - 1][0]) + ARROW + AIR, LEAST)
