"""Claim table: what was measured in groups, each row with its state as icon and word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from widgets.drawing.fonts import numbers
from widgets.drawing.icons import icon
from widgets.drawing.theme import DARK, Theme
from widgets.lists.squeezing import SqueezedColumn

HEADS = ("Claim", "State", "Measured", "Expected", "±")
WIDTHS = (0, 88, 86, 66, 62)  # px of all columns but the first, which takes the rest
NARROW = 520  # px below which claim and state alone have room
ROW = 24  # px
# icon and colour of each state, whose name is the word
LOOKS = {"holds": ("check", "good"), "fails": ("triangle-alert", "likelihood"), "waiting": ("ellipsis", "text2"),
         "not yet": ("circle", "text2")}
KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One row: its key, the group it stands in, its state, and the figures as they are written.

    state: "holds", "fails", "waiting" for its turn, or "not yet" measured.

    faded: what is shown was measured with another version.
    """

    key: str
    group: str
    title: str
    state: str
    measured: str
    expected: str
    bound: str
    faded: bool = False

    @property
    def words(self) -> str:
        """The row in one line, for the clipboard and for screen readers."""
        older = ", measured with another version" if self.faded else ""
        told = "not measured yet" if self.state == "not yet" else f"{self.state}, measured {self.measured}"
        return f"{self.title}: {told}, expected {self.expected} ± {self.bound}{older}"


class ClaimTable(QTreeWidget):
    """Groups that fold, with their rows. Enter asks for the selected rows to be measured again, Ctrl+C copies them.

    Signals:
        shown(key): the row the keyboard is on, "" on none; chosen(): other rows are selected; again(): Enter.
    """

    shown = Signal(str)
    chosen = Signal()
    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._rows = dict[str, ClaimRow]()
        self._items, self._groups = dict[str, QTreeWidgetItem](), dict[str, QTreeWidgetItem]()
        self.setAccessibleName("Claims")
        self.setProperty("striped", True)  # a selected row is one stripe over all columns
        self.setHeaderLabels(HEADS)
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.setUniformRowHeights(True)
        self.setIndentation(12)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setItemDelegateForColumn(0, SqueezedColumn(self))  # what tells claims apart stays
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(HEADS)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, WIDTHS[column])
            if column > 1:
                self.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.currentItemChanged.connect(lambda now, _before: self.shown.emit(now.data(0, KEY) or "" if now else ""))
        self.itemSelectionChanged.connect(self.chosen)

    @property
    def rows(self) -> tuple[ClaimRow, ...]:
        """What is shown, in order."""
        return tuple(self._rows.values())

    @property
    def selected(self) -> list[str]:
        """Keys of the selected rows; a selected group stands for all of its rows."""
        keys = dict[str, None]()
        for item in self.selectedItems():
            for row in [item, *(item.child(k) for k in range(item.childCount()))]:
                if row.data(0, KEY):
                    keys[row.data(0, KEY)] = None
        return list(keys)

    @property
    def current(self) -> str:
        """Key of the row that the keyboard is on, "" on none."""
        item = self.currentItem()
        return (item.data(0, KEY) or "") if item is not None else ""

    @property
    def headings(self) -> list[str]:
        """The groups as they are written."""
        return [item.text(0) for item in self._groups.values()]

    def set_rows(self, rows: Sequence[ClaimRow]) -> None:
        """Show these rows, in groups in order of their first; what was selected, folded and scrolled to stays so."""
        kept, folded = set(self.selected), {name for name, item in self._groups.items() if not item.isExpanded()}
        current, scrolled = self.current, self.verticalScrollBar().value()
        self.blockSignals(True)
        self.clear()
        self._rows, self._items, self._groups = {}, {}, {}
        for row in rows:
            self._insert(row)
        for name, item in self._groups.items():
            item.setExpanded(name not in folded)
            self._head(name)
        if current in self._items:
            self.setCurrentItem(self._items[current])
        for key, item in self._items.items():
            item.setSelected(key in kept)
        self.blockSignals(False)
        self.verticalScrollBar().setValue(scrolled)
        if current and current not in self._items:
            self.shown.emit("")

    def put(self, row: ClaimRow) -> None:
        """Show a row in the place of that with its key, else at the end of its group."""
        if row.key in self._items:
            self._fill(self._items[row.key], row)
            self._rows[row.key] = row
        else:
            self._insert(row)
        self._head(row.group)

    def select(self, key: str) -> None:
        """Put the keyboard onto a row and select it alone, if it is there."""
        if key in self._items:
            self.setCurrentItem(self._items[key])

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icons in the colours of a theme."""
        self._theme = theme
        for key, item in self._items.items():
            self._fill(item, self._rows[key])
        for name in self._groups:
            self._head(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.selected:
            self.again.emit()
        elif event.matches(QKeySequence.StandardKey.Copy) and self.selected:
            QApplication.clipboard().setText("\n".join(self._rows[key].words for key in self.selected))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column in range(2, len(HEADS)):
            self.setColumnHidden(column, self.width() < NARROW)

    def _insert(self, row: ClaimRow) -> None:
        if row.group not in self._groups:
            head = self._groups[row.group] = QTreeWidgetItem(self)
            head.setFirstColumnSpanned(True)
            head.setExpanded(True)
        item = self._items[row.key] = QTreeWidgetItem(self._groups[row.group])
        item.setData(0, KEY, row.key)
        for column in range(len(HEADS)):
            item.setSizeHint(column, QSize(0, ROW))
            if column > 1:
                item.setFont(column, numbers())
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._fill(item, row)
        self._rows[row.key] = row

    def _fill(self, item: QTreeWidgetItem, row: ClaimRow) -> None:
        """Write a row into its item."""
        glyph, colour = LOOKS[row.state]
        theme = self._theme
        for column, text in enumerate((row.title, row.state, row.measured, row.expected, row.bound)):
            item.setText(column, text)
            quiet = row.faded or column > 2 or (column == 1 and row.state == "not yet")
            item.setForeground(column, QColor(theme.text2 if quiet else theme.text))
        item.setIcon(1, icon(glyph, theme.text2 if row.faded else theme.ink(colour, "bg1")))
        item.setToolTip(0, row.title)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, row.words)

    def _head(self, group: str) -> None:
        """Write of a group how many of its claims hold."""
        item, rows = self._groups[group], [row for row in self._rows.values() if row.group == group]
        held, failed = (sum(row.state == state for row in rows) for state in ("holds", "fails"))
        whole = held + failed == len(rows)
        told = f"{held} of {len(rows)} hold" if whole else f"{held + failed} of {len(rows)} measured" \
            if held + failed else f"{len(rows)}, none measured yet"
        item.setText(0, f"{group} · {told}{f', {failed} not' if failed else ''}")
        item.setForeground(0, QColor(self._theme.ink("likelihood", "bg1") if failed else self._theme.text2))
