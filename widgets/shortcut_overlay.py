"""The list of shortcuts, shown over the window by “?”."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from widgets.painted import tinted
from widgets.theme import DARK

Shortcuts = Sequence[tuple[str, Sequence[tuple[str, str]]]]
COLUMNS = 3
WIDTH, HEIGHT = 940, 600


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    return label


class ShortcutOverlay(QWidget):
    """All shortcuts by group, over its parent; any key or click closes it.

    Signals: closed() when it goes away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Shortcuts")
        self._panel = QFrame(self)
        self._panel.setProperty("role", "panel")
        self._area = QScrollArea(self._panel)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self._panel)
        layout.setContentsMargins(20, 16, 12, 16)
        layout.addWidget(_label("Shortcuts", "title"))
        layout.addWidget(self._area)
        parent.installEventFilter(self)
        self.hide()

    def set_shortcuts(self, groups: Shortcuts) -> None:
        """Fill the list: (group, ((keys, what they do), …)) pairs."""
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 8, 8, 0)
        row.setSpacing(32)
        columns = [QVBoxLayout() for _ in range(min(COLUMNS, max(len(groups), 1)))]
        filled = [0] * len(columns)
        for title, keys in groups:
            # The shortest column takes the next group, so that they end at about the same height.
            at = filled.index(min(filled))
            columns[at].addLayout(self._group(title, keys))
            filled[at] += len(keys) + 2
        for column in columns:
            column.setSpacing(20)
            column.addStretch(1)
            row.addLayout(column, 1)
        self._area.setWidget(body)

    def _group(self, title: str, keys: Sequence[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        grid.addWidget(_label(title, "group"), 0, 0, 1, 2)
        for i, (key, what) in enumerate(keys, start=1):
            grid.addWidget(_label(what, ""), i, 0)
            grid.addWidget(_label(key, "key"), i, 1, Qt.AlignmentFlag.AlignRight)
        return grid

    def open(self) -> None:
        """Show the list and take the keyboard."""
        self._arrange()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_overlay(self) -> None:
        """Hide the list."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def _arrange(self) -> None:
        self.setGeometry(self._host.rect())
        width, height = min(WIDTH, self.width() - 48), min(HEIGHT, self.height() - 48)
        self._panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._arrange()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.close_overlay()

    def mousePressEvent(self, event: object) -> None:
        self.close_overlay()

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tinted(DARK.bg0, 0.45))
        painter.end()
