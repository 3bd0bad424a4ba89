"""A button that leaves words out instead of cutting through them."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton

BREAK, LEAVES_OUT = " · ", "about "
LEAST = 80  # px


class FittingButton(QPushButton):
    """Shows as much of “Verb · about 3 min” as there is room for: without “about”, then the verb alone.

    `text` gives all of it, as does the name for who cannot see it. Signals: those of QPushButton.

    Args:
        words: all that it says.
    """

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self._words = ""
        self.setText(words)

    def text(self) -> str:
        """All that it says, shown or not."""
        return self._words

    @property
    def shown(self) -> str:
        """What of it is shown."""
        return super().text()

    def setText(self, words: str) -> None:
        """Say something else."""
        self._words = words
        self.setAccessibleName(words)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the longest form that fits; the shortest where none does."""
        for words in (self._words, self._words.replace(LEAVES_OUT, ""), self._words.split(BREAK)[0]):
            super().setText(words)
            if self.sizeHint().width() <= self.width():
                return
