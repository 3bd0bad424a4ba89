"""Every action, run and model by typing (Ctrl+K)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from widgets.fonts import words
from widgets.fuzzy import score
from widgets.icons import icon_pixmap
from widgets.painted import tinted
from widgets.theme import DARK, Theme

SHOWN = 50
WIDTH, ROW, VISIBLE_ROWS = 560, 34, 10
ENTRY = Qt.ItemDataRole.UserRole
MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One thing to find: `id` comes back when it is chosen; `enabled` is False for what cannot be done now."""

    id: str
    title: str
    detail: str = ""
    shortcut: str = ""
    glyph: str = ""
    enabled: bool = True


class EntryDelegate(QStyledItemDelegate):
    """Draws an entry: icon, title, detail, shortcut. It has no signals."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:  # pyright: ignore[reportIncompatibleMethodOverride]
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        entry: PaletteEntry = index.data(ENTRY)  # pyright: ignore[reportAttributeAccessIssue]
        box = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue]
        selected = bool(option.state & QStyle.StateFlag.State_Selected)  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.bg3))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        if entry.glyph:
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(box.left() + 10, box.center().y() - 7,
                               icon_pixmap(entry.glyph, self.theme.text2, 16, ratio))
        self._words(painter, box.adjusted(36, 0, -10, 0), entry)
        painter.restore()

    def _words(self, painter: QPainter, box: QRect, entry: PaletteEntry) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(words())
        painter.setPen(QColor(self.theme.text if entry.enabled else self.theme.text2))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, entry.title)
        used = painter.fontMetrics().horizontalAdvance(entry.title) + 12
        painter.setFont(words(12))
        painter.setPen(QColor(self.theme.text2))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, entry.shortcut)
        room = box.adjusted(used, 0, -painter.fontMetrics().horizontalAdvance(entry.shortcut) - 12, 0)
        detail = painter.fontMetrics().elidedText(entry.detail, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, detail)


class CommandPalette(QWidget):
    """An overlay over its parent with a search field and the best matches.

    Signals: chosen(str) with the id of the entry; closed() when it goes away.
    """

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self._entries: tuple[PaletteEntry, ...] = ()
        self._theme = DARK
        self._panel = QFrame(self)
        self._panel.setProperty("role", "panel")
        self.field = QLineEdit(self._panel)
        self.field.setPlaceholderText("Run a command, find a run")
        self.field.setAccessibleName("Search commands, runs and models")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListWidget(self._panel)
        self.list.setAccessibleName("Matches")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._delegate = EntryDelegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.itemClicked.connect(lambda _: self._take())
        layout = QVBoxLayout(self._panel)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        parent.installEventFilter(self)
        self.hide()

    def set_entries(self, entries: Sequence[PaletteEntry]) -> None:
        """Choose what can be found, best first for an empty search."""
        self._entries = tuple(entries)
        self._search(self.field.text())

    def open(self) -> None:
        """Show the palette with an empty search and give it the keyboard."""
        self.field.clear()
        self._search("")
        self._arrange()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_palette(self) -> None:
        """Hide the palette and give the keyboard back."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def titles(self) -> list[str]:
        """Titles of the entries that match, best first."""
        return [self.list.item(i).data(ENTRY).title for i in range(self.list.count())]

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of a theme."""
        self._theme = self._delegate.theme = theme
        self.update()

    def _search(self, typed: str) -> None:
        rated = [(max(3 * score(typed, e.title), score(typed, e.detail)), e) for e in self._entries]
        best = sorted((pair for pair in rated if pair[0]), key=lambda pair: -pair[0])[:SHOWN]
        self.list.clear()
        for _, entry in best:
            item = QListWidgetItem(entry.title)
            item.setData(ENTRY, entry)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is None or not item.data(ENTRY).enabled:
            return
        self.close_palette()
        self.chosen.emit(item.data(ENTRY).id)

    def _arrange(self) -> None:
        self.setGeometry(self._host.rect())
        width = min(WIDTH, self.width() - 32)
        height = min(VISIBLE_ROWS * ROW + 60, self.height() - 80)
        self._panel.setGeometry((self.width() - width) // 2, 56, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._arrange()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape:
            self.close_palette()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif key in MOVES:
            row = self.list.currentRow() + MOVES[key]
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        else:
            return False
        return True

    def mousePressEvent(self, event: object) -> None:
        self.close_palette()

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tinted(DARK.bg0, 0.45))
        painter.end()
