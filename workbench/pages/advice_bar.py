"""One sentence under the canvas with one button that follows it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy

from widgets.drawing.theme import mark
from widgets.drawing.tips import wrapped
from workbench.parts import label, row


class AdviceBar(QFrame):
    """Hidden while there is nothing to advise.

    Signals: followed() when the button is pressed.
    """

    followed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "canvas")
        self.sentence, self.button = label("", "warn", "What would suit the picture better"), QPushButton()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        mark(self.button, small=True)
        layout = row(self.sentence, self.button, margins=(14, 2, 14, 6), spacing=12, parent=self)
        layout.setStretchFactor(self.sentence, 1)
        self.button.clicked.connect(self.followed)
        self.hide()

    def advise(self, sentence: str, button: str = "") -> None:
        """Show a sentence with the words of the button; "" for nothing."""
        if (sentence, button) != (self.sentence.text(), self.button.text()):
            self.sentence.setText(sentence)
            self.button.setText(button)
            self.button.setToolTip(wrapped(sentence))
        if self.isHidden() is bool(sentence):
            self.setVisible(bool(sentence))
