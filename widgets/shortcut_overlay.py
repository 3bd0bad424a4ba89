"""Shortcut overlay: all keys on one page, by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

Sections = Mapping[str, Sequence[tuple[str, str]]]
COLUMNS = 3


class ShortcutOverlay(QFrame):
    """A page over its parent that any key or click closes. It has no signals."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        self.setProperty("role", "panel")
        self.setAccessibleName("Keyboard shortcuts")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        head = QLabel("Keyboard shortcuts")
        head.setProperty("role", "title")
        column.addWidget(head)
        column.addWidget(self._scroll)
        parent.installEventFilter(self)
        self.hide()

    def open(self, sections: Sections) -> None:
        """Show (title, keys) pairs by section."""
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setSpacing(32)
        stacks = [QVBoxLayout() for _ in range(COLUMNS)]
        heights = [0] * COLUMNS
        for title, rows in sections.items():
            shortest = heights.index(min(heights))
            stacks[shortest].addWidget(_section(title, rows))
            heights[shortest] += len(rows) + 2
        for stack in stacks:
            stack.addStretch()
            columns.addLayout(stack, 1)
        self._scroll.setWidget(page)
        self._place()
        self.raise_()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.hide()

    def mousePressEvent(self, event: QEvent) -> None:
        self.hide()

    def _place(self) -> None:
        parent = self._under
        width, height = min(1080, parent.width() - 64), min(640, parent.height() - 96)
        self.setGeometry((parent.width() - width) // 2, (parent.height() - height) // 2, width, height)


def _section(title: str, rows: Sequence[tuple[str, str]]) -> QWidget:
    """A heading and its rows of words and keys."""
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 8, 0, 8)
    grid.setVerticalSpacing(5)
    head = QLabel(title)
    head.setProperty("role", "group")
    grid.addWidget(head, 0, 0, 1, 2)
    for k, (words, keys) in enumerate(rows, 1):
        label = QLabel(keys)
        label.setProperty("role", "key")
        grid.addWidget(QLabel(words), k, 0)
        grid.addWidget(label, k, 1, Qt.AlignmentFlag.AlignRight)
    return box
