"""A bar over the canvas that says what went wrong and offers the remedy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from widgets.buttons import GlyphButton
from widgets.icons import icon_pixmap
from widgets.theme import DARK, Theme


class ErrorBar(QFrame):
    """One sentence, buttons for the remedies, and close.

    Signals: remedy_chosen(str) with the remedy's id; dismissed() when the user closes the bar.
    """

    remedy_chosen = Signal(str)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "alert")
        self.setAccessibleName("Error")
        self._sign = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons: list[QPushButton] = []
        self._close = GlyphButton("x", "Close (Esc)", self.dismiss)
        self._close.setFixedSize(QSize(28, 28))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 6, 6)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._close)
        self.set_theme(DARK)
        self.hide()

    def show_error(self, sentence: str, remedies: Sequence[tuple[str, str]] = ()) -> None:
        """Show a sentence with remedies as (id, verb) pairs; replaces what was shown."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._text.setText(sentence)
        self.setAccessibleDescription(sentence)
        self._buttons = [self._button(key, verb) for key, verb in remedies]
        self.show()
        self.raise_()

    def _button(self, key: str, verb: str) -> QPushButton:
        button = QPushButton(verb)
        button.clicked.connect(lambda: self._choose(key))
        self._row.insertWidget(self._row.count() - 1, button)
        return button

    def _choose(self, key: str) -> None:
        self.hide()
        self.remedy_chosen.emit(key)

    def sentence(self) -> str:
        """The sentence shown, empty while the bar is hidden."""
        return "" if self.isHidden() else self._text.text()

    def dismiss(self) -> None:
        """Hide the bar as the user would."""
        self.hide()
        self.dismissed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Colour the sign by a theme."""
        self._sign.setPixmap(icon_pixmap("triangle-alert", theme.likelihood, 16, self.devicePixelRatioF()))
        self._close.set_theme(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
