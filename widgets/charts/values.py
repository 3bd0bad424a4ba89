"""The values of a chart as a table: a row for every x, a column for every line, read along with the chart."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from widgets.charts.data import ChartSheet, ChartTable
from widgets.charts.number_table import NumberTable
from widgets.drawing.fonts import numbers, words
from widgets.drawing.tips import wrapped

LEAST, HEAD, AIR = 84, 230, 12  # px: of a column, what a head may take, and beside values
TIGHT = 56  # px of a column where all of them do not fit
MOST = 60  # px that a column gets of what is left: numbers far from each other are hard to read along
Index = QModelIndex | QPersistentModelIndex


class ChartModel(QAbstractTableModel):
    """A chart as rows and columns, written as the chart itself writes its values. Signals: of QAbstractTableModel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet: ChartSheet | None = None
        self.xs: list[float] = []

    def take(self, sheet: ChartSheet | None) -> None:
        """Show another chart, or more of the same."""
        self.beginResetModel()
        self.sheet, self.xs = sheet, sheet.xs() if sheet is not None else []
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        if parent.isValid():
            return 0
        table = self.sheet.table if self.sheet is not None else None
        return len(self.xs) if table is None else len(table.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        if parent.isValid() or self.sheet is None:
            return 0
        return 1 + len(self.sheet.lines if self.sheet.table is None else self.sheet.table.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The number of a cell as it is written, or how it is set."""
        words_first = self.sheet is not None and (self.sheet.table is not None or bool(self.sheet.x.names))
        named = words_first and index.column() == 0
        if role == Qt.ItemDataRole.TextAlignmentRole:
            across = Qt.AlignmentFlag.AlignLeft if named else Qt.AlignmentFlag.AlignRight
            return across | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return words() if named else numbers()
        if role != Qt.ItemDataRole.DisplayRole or self.sheet is None:
            return None
        if self.sheet.table is not None:
            return self.sheet.table.text(index.row(), index.column())
        x = self.xs[index.row()]
        return self.sheet.x.written(x) if index.column() == 0 else self.sheet.lines[index.column() - 1].value_at(x)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            named = section == 0 and self.sheet is not None and (self.sheet.table or self.sheet.x.names)
            return (Qt.AlignmentFlag.AlignLeft if named else Qt.AlignmentFlag.AlignRight) | \
                Qt.AlignmentFlag.AlignVCenter
        if orientation is not Qt.Orientation.Horizontal or self.sheet is None:
            return None
        if self.sheet.table is not None:
            return _head(self.sheet.table, section, role)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.sheet.x.title if section == 0 else self.sheet.lines[section - 1].name
        return None


def _head(table: ChartTable, section: int, role: int) -> object:
    """The title of a column of a table, and as its tip what its numbers are."""
    title, told = (table.name, "") if section == 0 else table.heads[section - 1]
    if role == Qt.ItemDataRole.ToolTipRole:
        return wrapped(told) if told else None
    return title if role == Qt.ItemDataRole.DisplayRole else None


class ChartValues(NumberTable):
    """The table. The row that the keyboard is on is the x that is read; Ctrl+C copies the selected rows, or all.

    Signals: read(float) with the x of the row that the user went to.
    """

    read = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = ChartModel()
        super().__init__(self.rows, parent)
        self.rows.setParent(self)
        self.setAccessibleName("Values")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setMinimumSectionSize(TIGHT)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.selectionModel().currentRowChanged.connect(self._went)

    @property
    def xs(self) -> list[float]:
        """The x of every row."""
        return self.rows.xs

    def set_sheet(self, sheet: ChartSheet | None) -> None:
        """Show the values of a chart; while it grows, the row that is read stays."""
        before = self.rows.sheet
        if sheet is before:
            return
        row = self.currentIndex().row()
        kept = self.xs[row] if 0 <= row < len(self.xs) and before and sheet and before.title == sheet.title else None
        self.rows.take(sheet)
        self.spread()
        self.read_at(kept)

    def spread(self) -> None:
        """Give every column what its head and its values take, and all of them the same of what is left.

        Where that is too much, heads are cut before values have to be scrolled to: their tips say them whole.
        """
        columns, room = range(self.rows.columnCount()), self.viewport().width()
        values = [max(self.sizeHintForColumn(column), TIGHT) for column in columns]
        heads = [min(self.horizontalHeader().sectionSizeHint(column), HEAD) for column in columns]
        widths = [max(value + AIR, head, LEAST) for value, head in zip(values, heads, strict=True)]
        over = sum(widths) - room
        if over > 0:
            spare = [width - value for width, value in zip(widths, values, strict=True)]
            share = min(1.0, over / max(sum(spare), 1))
            widths = [width - math.ceil(share * more) for width, more in zip(widths, spare, strict=True)]
        more = min(max(0, -over) // max(1, len(widths)), MOST)
        for column, width in zip(columns, widths, strict=True):
            self.setColumnWidth(column, width + more)

    def read_at(self, x: float | None) -> None:
        """Go to the row of an x without a signal, or to none."""
        row = self.xs.index(x) if x in self.xs else -1
        if row == self.currentIndex().row():
            return
        choice = self.selectionModel()
        blocked = choice.blockSignals(True)
        index = self.rows.index(row, 0) if row >= 0 else QModelIndex()
        self.setCurrentIndex(index)
        if row >= 0:
            self.selectRow(row)
            self.scrollTo(index)
        else:
            self.clearSelection()
        choice.blockSignals(blocked)
        self.viewport().update()

    def copied(self) -> Sequence[int]:
        """The selected rows, or all where none is."""
        return sorted({index.row() for index in self.selectedIndexes()}) or super().copied()

    def _went(self, now: QModelIndex) -> None:
        if now.isValid() and now.row() < len(self.xs):  # a table of its own has no x
            self.read.emit(self.xs[now.row()])
