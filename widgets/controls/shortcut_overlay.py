"""Shortcut overlay: all keys on one page, by section, and those that fit what is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

Sections = Mapping[str, Sequence[tuple[str, str]]]
COLUMNS = 3
WIDEST, MARGIN = 1120, 32  # px
HEAD = 110  # px of title, field and margins
CLOSING = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F1})


class ShortcutOverlay(QFrame):
    """A page over its parent, as high as its keys need; typing finds keys, Esc, Enter or a click closes.

    It has no signals.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        self._sections: Sections = {}
        self.setProperty("role", "panel")
        self.setAccessibleName("Keyboard shortcuts")
        self._find = QLineEdit()
        self._find.setPlaceholderText("Find a key or what it does")
        self._find.setAccessibleName("Find a key")
        self._find.setMaximumWidth(320)
        self._find.textChanged.connect(self._fill)
        self._find.installEventFilter(self)
        self.setFocusProxy(self._find)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = QLabel("Keyboard shortcuts")
        head.setProperty("role", "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        for part in (head, self._find, self._scroll):
            column.addWidget(part)
        parent.installEventFilter(self)
        self.hide()

    def open(self, sections: Sections) -> None:
        """Show (title, keys) pairs by section."""
        self._sections = sections
        self._find.clear()
        self._fill()
        self._place()
        self.raise_()
        self.show()
        self._find.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self) -> None:
        """Show the keys that fit what is typed; all of them before that."""
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setSpacing(32)
        stacks = [QVBoxLayout() for _ in range(COLUMNS)]
        heights = [0] * COLUMNS
        for title, rows in self._found().items():
            shortest = heights.index(min(heights))
            stacks[shortest].addWidget(_section(title, rows))
            heights[shortest] += len(rows) + 2
        for stack in stacks:
            stack.addStretch()
            columns.addLayout(stack, 1)
        self._scroll.setWidget(page)

    def _found(self) -> dict[str, list[tuple[str, str]]]:
        words = self._find.text().strip().lower()
        found = {title: [pair for pair in rows if words in " ".join((title, *pair)).lower()]
                 for title, rows in self._sections.items()}
        none = {f"No key fits “{self._find.text().strip()}”": list[tuple[str, str]]()}
        return {title: rows for title, rows in found.items() if rows} or none

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._under and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self._find and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress \
                and event.key() in CLOSING:
            self.hide()
            return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QEvent) -> None:
        self.hide()

    def _place(self) -> None:
        """In the middle of the parent, as high as all keys where there is room."""
        page, parent = self._scroll.widget(), self._under
        needed = (page.sizeHint().height() if page is not None else 0) + HEAD
        width, height = min(WIDEST, parent.width() - 2 * MARGIN), min(needed, parent.height() - 2 * MARGIN)
        self.setGeometry((parent.width() - width) // 2, (parent.height() - height) // 2, width, height)


def _section(title: str, rows: Sequence[tuple[str, str]]) -> QWidget:
    """A heading and its rows of words and keys."""
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 6, 0, 6)
    grid.setVerticalSpacing(3)
    head = QLabel(title)
    head.setProperty("role", "group")
    grid.addWidget(head, 0, 0, 1, 2)
    for k, (words, keys) in enumerate(rows, 1):
        label = QLabel(keys)
        label.setProperty("role", "key")
        grid.addWidget(QLabel(words), k, 0)
        grid.addWidget(label, k, 1, Qt.AlignmentFlag.AlignRight)
    return box
