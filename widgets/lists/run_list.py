"""Run list: rows of a library with thumbnail, title, facts and state; fast for thousands of rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QVBoxLayout, QWidget

from widgets.controls.filter_field import FilterField
from widgets.drawing.theme import Theme
from widgets.lists.run_rows import RunDelegate, RunModel, RunRow


class Rows(QListView):
    """The view itself; keys that step through time are left to the window. Signals: those of QListView."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # the list would look for rows that begin with such a sign
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space} or event.text() in {*"[]{}"}:
            event.ignore()
        else:
            super().keyPressEvent(event)


class RunList(QWidget):
    """A filter field over the rows, and a sentence when there are none.

    Signals:
        activated(key): a row was clicked or Enter pressed on it; pointed(): it was clicked.
        filter_changed(text): the filter's words changed; the owner sets new rows.
        menu_asked(keys, point): right click on a selection; the point is global.
        renamed(key, title): a title was edited in place (F2).
        delete_asked(keys): Delete on a selection.
        selection_changed(): other rows are chosen.

    Args:
        name: accessible name.
        empty: the sentence while there is nothing.
        click: whether a single click activates a row; else a double click does.
        hint: stands in the empty filter field.
    """

    activated = Signal(str)
    pointed = Signal()
    filter_changed = Signal(str)
    menu_asked = Signal(list, QPoint)
    renamed = Signal(str, str)
    delete_asked = Signal(list)
    selection_changed = Signal()

    def __init__(self, name: str, empty: str, parent: QWidget | None = None, *, click: bool = True,
                 hint: str = "Filter") -> None:
        super().__init__(parent)
        self.filter = FilterField(f"Filter {name.lower()}", hint)
        self._model, self._delegate, self._view = RunModel(self), RunDelegate(self), Rows()
        self._view.setModel(self._model)
        self._view.setItemDelegate(self._delegate)
        self._view.setAccessibleName(name)
        self._view.setUniformItemSizes(True)  # or Qt asks every one of thousands of rows for its height
        self._view.setMouseTracking(True)
        self._view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self._view.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._empty = QLabel(empty, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._empty.setProperty("role", "quiet")
        self._empty.setContentsMargins(16, 0, 16, 0)
        self._arrange()
        self._connect(click)

    def _connect(self, click: bool) -> None:
        self.filter.textChanged.connect(self._filtered)
        self.filter.left.connect(self.focus_rows)
        if click:
            self._view.clicked.connect(self._clicked)
        self._view.activated.connect(self._activate)
        self._view.customContextMenuRequested.connect(self._ask_menu)
        self._view.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self._model.renamed.connect(self.renamed)

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """What is shown, in order."""
        return tuple(self._model.row(k) for k in range(len(self._model.keys)))

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self._model.keys)

    @property
    def selected(self) -> list[str]:
        """Keys of the selected rows, in the order of the list."""
        return [self._model.keys[k] for k in sorted(i.row() for i in self._view.selectionModel().selectedIndexes())]

    @property
    def sentence(self) -> str:
        """What stands in place of rows, "" while there are some."""
        return self._empty.text() if not self._empty.isHidden() else ""

    def add_tool(self, widget: QWidget) -> None:
        """Put a button beside the filter."""
        self._top.addWidget(widget)

    def set_empty(self, sentence: str) -> None:
        """Change what is said while there are no rows."""
        self._empty.setText(sentence)

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these rows; the selection is kept by key."""
        made = {row.key: row for row in rows}
        self.set_keys([row.key for row in rows], made.__getitem__, made)

    def set_keys(self, keys: Sequence[str], make: Callable[[str], RunRow], changed: Collection[str]) -> None:
        """Show rows of these keys, each made when it is looked at; the selection is kept by key.

        Args:
            keys: in order.
            make: gives the row of a key.
            changed: keys whose row may be another than before.
        """
        chosen, place, scrolled = self.selected, self._view.currentIndex().row(), self._view.verticalScrollBar().value()
        self._model.set_keys(keys, make, changed)
        self._empty.setVisible(not keys)
        self._view.setVisible(bool(keys))
        if chosen and self.selected != chosen:
            self.select(*chosen)
        if keys and place >= 0 and not self._view.currentIndex().isValid():
            self._stay(min(place, len(keys) - 1), scrolled)

    def update_row(self, row: RunRow) -> None:
        """Show a row anew that is there already, by its key."""
        self._model.update_row(row)

    def select(self, *keys: str) -> None:
        """Select rows by key, without activating them."""
        wanted = QItemSelection()
        for place in sorted(place for key in keys if (place := self._model.place(key)) >= 0):
            wanted.select(self._model.index(place), self._model.index(place))
        selection = self._view.selectionModel()
        selection.select(wanted, selection.SelectionFlag.ClearAndSelect)

    def rename(self, key: str) -> bool:
        """Edit a title in place; False where the list has no such row."""
        place = self._model.place(key)
        if place >= 0:
            self._view.setCurrentIndex(self._model.index(place))
            self._view.edit(self._model.index(place))
        return place >= 0

    def focus_rows(self) -> None:
        """Put the keyboard onto the rows."""
        if self._model.keys:
            self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not self.selected:
                # the view's own start has a place but chooses nothing
                self._view.setCurrentIndex(self._model.index(max(0, self._view.currentIndex().row())))
                self.select(self._model.keys[self._view.currentIndex().row()])

    def take_keyboard(self) -> None:
        """Put the keyboard onto the rows, or into the filter while there are none."""
        if self._model.keys:
            self.focus_rows()
        else:
            self.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self._delegate.theme = theme
        self.filter.set_theme(theme)
        self._view.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.selected:
            self.delete_asked.emit(self.selected)
            return
        super().keyPressEvent(event)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._top = QHBoxLayout()
        self._top.setContentsMargins(12, 8, 12, 0)
        self._top.setSpacing(4)
        self._top.addWidget(self.filter, 1)
        column.addLayout(self._top)
        column.addWidget(self._view, 1)
        column.addWidget(self._empty, 1)
        self._view.hide()

    def _stay(self, place: int, scrolled: int) -> None:
        """After rows came or went: the keyboard and the scroll bar are where they were."""
        selection = self._view.selectionModel()
        selection.setCurrentIndex(self._model.index(place), selection.SelectionFlag.NoUpdate)
        self._view.doItemsLayout()  # or there is nothing to scroll yet
        self._view.verticalScrollBar().setValue(scrolled)

    def _filtered(self, text: str) -> None:
        """Other words: what they find is looked at from its beginning."""
        self._view.verticalScrollBar().setValue(0)
        self._view.setCurrentIndex(QModelIndex())
        self.filter_changed.emit(text)

    def _clicked(self, index: QModelIndex) -> None:
        # a click that adds to the selection or takes from it opens nothing
        if self.selected == [self._model.keys[index.row()]]:
            self._activate(index)
            self.pointed.emit()

    def _activate(self, index: QModelIndex) -> None:
        self.activated.emit(self._model.keys[index.row()])

    def _ask_menu(self, point: QPoint) -> None:
        if self.selected:
            self.menu_asked.emit(self.selected, self._view.viewport().mapToGlobal(point))
