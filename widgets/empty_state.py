"""What an empty panel says: one sentence and the button that fills it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.icons import icon_pixmap
from widgets.theme import DARK, Theme


class EmptyState(QWidget):
    """One sentence with a button, in the middle of a panel.

    Signals: pressed() when the user presses the button.
    """

    pressed = Signal()

    def __init__(self, sentence: str, verb: str = "", glyph: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph = glyph
        self._sign = QLabel()
        self._sign.setVisible(bool(glyph))
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setProperty("role", "quiet")
        self._text.setMaximumWidth(360)
        self.button = QPushButton()
        self.button.clicked.connect(lambda: self.pressed.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addStretch(1)
        for part in (self._sign, self._text, self.button):
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        for label in (self._sign, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.set_text(sentence, verb)
        self.set_theme(DARK)

    def set_text(self, sentence: str, verb: str = "") -> None:
        """Say something else; no verb hides the button."""
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        self.button.setText(verb)
        self.button.setVisible(bool(verb))

    def set_theme(self, theme: Theme) -> None:
        """Colour the picture by a theme."""
        if self._glyph:
            self._sign.setPixmap(icon_pixmap(self._glyph, theme.text2, 32, self.devicePixelRatioF()))
