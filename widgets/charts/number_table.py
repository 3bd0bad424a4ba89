"""What tables of a chart have in common: rows of numbers without a grid, which fill their room and can be copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView, QWidget

ROW = 22  # px of a row


class NumberTable(QTableView):
    """A table of numbers. Ctrl+C copies `copied`; a subclass spreads its columns over the room. No signals of its own.

    Args:
        model: its rows.
        parent: of the widget.
    """

    def __init__(self, model: QAbstractTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)

    def text(self) -> str:
        """What is copied under the heads, with tabs between the cells."""
        model, columns = self.model(), range(self.model().columnCount())
        head = [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]
        lines = [[str(model.data(model.index(row, column)) or "") for column in columns] for row in self.copied()]
        return "\n".join("\t".join(line) for line in [head, *lines])

    def copied(self) -> Sequence[int]:
        """The rows that are copied: all."""
        return range(self.model().rowCount())

    def spread(self) -> None:
        """Give every column its width of the room."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.spread()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.text())
        else:
            super().keyPressEvent(event)
