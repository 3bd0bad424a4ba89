"""Run list: rows of a library with thumbnail, title, facts and state; fast for thousands of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QImage, QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from widgets.filter_field import FilterField
from widgets.fonts import words
from widgets.icons import icon_pixmap
from widgets.painted import fitted
from widgets.theme import DARK, Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
HEIGHT, THUMB, PAD = 50, 38, 10  # px


@dataclass(frozen=True, slots=True)
class RunRow:
    """One row. state: a word at the right ("42 %", "paused"), "" when done; alive: it can still change."""

    key: str
    title: str
    facts: str
    state: str = ""
    thumbnail: QImage | None = None
    starred: bool = False
    alive: bool = False


class RunModel(QAbstractListModel):
    """The rows as Qt's views see them; the row itself is under UserRole.

    Signals:
        renamed(key, title): a title was edited in place.
    """

    renamed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[RunRow] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """What a row is for each of Qt’s roles; the row itself under UserRole."""
        row = self.rows[index.row()]
        if role in {Role.DisplayRole, Role.EditRole}:
            return row.title
        if role == Role.ToolTipRole:
            return f"{row.title}\n{row.facts}"
        if role == Role.AccessibleTextRole:
            return f"{row.title}, {row.facts}, {row.state or 'done'}{', starred' if row.starred else ''}"
        return row if role == Role.UserRole else None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        title = str(value).strip()
        if role != Role.EditRole or not title or title == self.rows[index.row()].title:
            return False
        self.renamed.emit(self.rows[index.row()].key, title)  # the owner may refuse; it sends new rows
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen, and renamed in place."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Replace the rows; when the keys stay the same only changed rows are announced."""
        # a reset loses selection, scroll place and an open editor: only when rows come, go or change places
        if [r.key for r in rows] != [r.key for r in self.rows]:
            self.beginResetModel()
            self.rows = list(rows)
            self.endResetModel()
            return
        changed = [k for k, (new, old) in enumerate(zip(rows, self.rows, strict=True)) if new != old]
        self.rows = list(rows)
        for k in changed:
            self.dataChanged.emit(self.index(k), self.index(k))

    def update_row(self, row: RunRow) -> None:
        """Replace the row of the same key, if there is one."""
        for k, old in enumerate(self.rows):
            if old.key == row.key and old != row:
                self.rows[k] = row
                self.dataChanged.emit(self.index(k), self.index(k))


class RunDelegate(QStyledItemDelegate):
    """Paints a row as drawn: thumbnail, title over facts, state and star at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row: RunRow = index.data(Role.UserRole)
        box = QRect(option.rect).adjusted(4, 1, -4, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, box, option.state)
        self._thumbnail(painter, box, row)
        right = self._state(painter, box, row)
        left = box.left() + PAD + THUMB + PAD
        self._words(painter, QRect(left, box.top(), right - left, box.height()), row)
        painter.restore()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        left = PAD + THUMB + PAD
        editor.setGeometry(QRect(option.rect).adjusted(left, 2, -PAD, -HEIGHT // 2 + 4))

    def _ground(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        """The row's ground: selected with an accent bar, hovered, or none."""
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if not selected and not state & QStyle.StateFlag.State_MouseOver:
            return
        path = QPainterPath()
        path.addRoundedRect(box, 6, 6)
        painter.fillPath(path, QColor(self.theme.bg2))
        if selected:
            painter.setClipPath(path)
            painter.fillRect(box.left(), box.top(), 2, box.height(), QColor(self.theme.accent))
            painter.setClipping(False)

    def _thumbnail(self, painter: QPainter, box: QRect, row: RunRow) -> None:
        target = QRect(box.left() + PAD, box.top() + (box.height() - THUMB) // 2, THUMB, THUMB)
        path = QPainterPath()
        path.addRoundedRect(target, 4, 4)
        painter.fillPath(path, QColor(self.theme.bg3))
        if row.thumbnail is None:
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(target.center() - QPoint(7, 7), icon_pixmap("image", self.theme.text2, 16, ratio))
            return
        painter.setClipPath(path)
        painter.drawImage(target, row.thumbnail)
        painter.setClipping(False)

    def _state(self, painter: QPainter, box: QRect, row: RunRow) -> int:
        """Draw star and state; returns the x where words must end."""
        right = box.right() - PAD
        if row.starred:
            star = icon_pixmap("star", self.theme.warn, 14, painter.device().devicePixelRatioF(), filled=True)
            painter.drawPixmap(right - 14, box.center().y() - 7, star)
            right -= 20
        if row.state:
            painter.setFont(words(11))
            width = QFontMetrics(painter.font()).horizontalAdvance(row.state)
            painter.setPen(QColor(self.theme.ink("accent") if row.alive else self.theme.text2))
            room = QRect(right - width, box.top(), width, box.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, row.state)
            right -= width + 8
        return right

    def _words(self, painter: QPainter, room: QRect, row: RunRow) -> None:
        upper, lower = QRect(room), QRect(room)
        upper.setBottom(room.center().y() + 1)
        lower.setTop(room.center().y() + 2)
        for font, colour, text, part, align in (
                (words(13), self.theme.text, row.title, upper, Qt.AlignmentFlag.AlignBottom),
                (words(11), self.theme.text2, row.facts, lower, Qt.AlignmentFlag.AlignTop)):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            painter.drawText(part, align | Qt.AlignmentFlag.AlignLeft, fitted(QFontMetricsF(font), text, part.width()))


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
        activated(key): a row was clicked or Enter pressed on it.
        filter_changed(text): the filter's words changed; the owner sets new rows.
        menu_asked(keys, point): right click on a selection; the point is global.
        renamed(key, title): a title was edited in place (F2).
        delete_asked(keys): Delete on a selection.
    """

    activated = Signal(str)
    filter_changed = Signal(str)
    menu_asked = Signal(list, QPoint)
    renamed = Signal(str, str)
    delete_asked = Signal(list)

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = FilterField(f"Filter {name.lower()}")
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
        self._arrange()
        self._filter.textChanged.connect(self.filter_changed)
        self._view.clicked.connect(self._activate)
        self._view.activated.connect(self._activate)
        self._view.customContextMenuRequested.connect(self._ask_menu)
        self._model.renamed.connect(self.renamed)

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """What is shown, in order."""
        return tuple(self._model.rows)

    @property
    def selected(self) -> list[str]:
        """Keys of the selected rows."""
        return [self._model.rows[i.row()].key for i in self._view.selectionModel().selectedIndexes()]

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these rows; the selection is kept by key."""
        chosen = set(self.selected)
        self._model.set_rows(rows)
        self._empty.setVisible(not rows)
        self._view.setVisible(bool(rows))
        if chosen and set(self.selected) != chosen:
            self.select(*chosen)

    def update_row(self, row: RunRow) -> None:
        """Show a row anew that is there already, by its key."""
        self._model.update_row(row)

    def select(self, *keys: str) -> None:
        """Select rows by key, without activating them."""
        selection = self._view.selectionModel()
        selection.clearSelection()
        for k, row in enumerate(self._model.rows):
            if row.key in keys:
                selection.select(self._model.index(k), selection.SelectionFlag.Select)

    def rename(self, key: str) -> None:
        """Edit a title in place."""
        for k, row in enumerate(self._model.rows):
            if row.key == key:
                self._view.setCurrentIndex(self._model.index(k))
                self._view.edit(self._model.index(k))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self._delegate.theme = theme
        self._filter.set_theme(theme)
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
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 0)
        top.addWidget(self._filter)
        column.addLayout(top)
        column.addWidget(self._view, 1)
        column.addWidget(self._empty, 1)
        self._view.hide()

    def _activate(self, index: QModelIndex) -> None:
        self.activated.emit(self._model.rows[index.row()].key)

    def _ask_menu(self, point: QPoint) -> None:
        if self.selected:
            self.menu_asked.emit(self.selected, self._view.viewport().mapToGlobal(point))
