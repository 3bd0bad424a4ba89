"""A column of sentences that are shortened where those beside them say the same."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeWidget

from widgets.drawing.telling import squeezed

AROUND = 8  # px that a row's text leaves free at both sides together
MOST = 2_000  # sentences that are kept shortened


class SqueezedColumn(QStyledItemDelegate):
    """Draws the texts of rows within groups as `squeezed` among those of their group. It has no signals.

    Each is found once for a width, as a table is drawn again with every move of the pointer.
    """

    def __init__(self, table: QTreeWidget) -> None:
        super().__init__(table)
        self._table, self._found = table, dict[tuple[str, int, int], str]()

    def shown(self, index: QModelIndex | QPersistentModelIndex, room: int) -> str:
        """The text of a row in `room` px; that of a group as it is."""
        text, group = str(index.data() or ""), index.parent()
        if not group.isValid():
            return text
        count = index.model().rowCount(group)
        key = text, room, count
        if key not in self._found:
            if len(self._found) > MOST:
                self._found.clear()
            metrics = QFontMetricsF(self._table.font())
            among = [str(index.model().index(row, 0, group).data() or "") for row in range(count)]
            self._found[key] = squeezed(text, among, lambda cut: metrics.horizontalAdvance(cut) <= room)
        return self._found[key]

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        style = self._table.style()
        text = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, self._table)
        if text.width() > AROUND:
            option.text = self.shown(index, text.width() - AROUND)
