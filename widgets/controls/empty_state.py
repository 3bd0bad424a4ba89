"""Empty state: one sentence that says what to do next, and the button that does it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.drawing.icons import icon_pixmap
from widgets.drawing.theme import DARK, Theme


class EmptyState(QWidget):
    """What an empty panel shows.

    Signals:
        activated(): the button was pressed.
    """

    activated = Signal()

    def __init__(self, sentence: str, button: str = "", icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._sign = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._sentence = QLabel(sentence, alignment=Qt.AlignmentFlag.AlignCenter)
        self._sentence.setWordWrap(True)
        self._sentence.setProperty("role", "quiet")
        self._button = QPushButton(button)
        self._button.setVisible(bool(button))
        self._button.clicked.connect(self.activated)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addStretch()
        column.addWidget(self._sign)
        column.addWidget(self._sentence)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch()
        self.set_theme(DARK)

    def set_sentence(self, sentence: str, button: str = "") -> None:
        """Change the words; an empty button text hides the button."""
        self._sentence.setText(sentence)
        self._button.setText(button)
        self._button.setVisible(bool(button))

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence.text()

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icon in the colours of a theme."""
        if self._icon_name:
            self._sign.setPixmap(icon_pixmap(self._icon_name, theme.text2, 24, self.devicePixelRatioF()))
