"""A sentence that says what is wrong or what is to come, whose line stays while there is nothing to say."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.drawing.theme import mark
from widgets.drawing.tips import wrapped

HEIGHT = 14  # px, of one line of small words
TALL = 10_000  # px, more than any sentence is high


class ProblemLine(QLabel):
    """A sentence in one line, or in as many as it takes; all of it is the tooltip, too. It has no signals.

    Args:
        role: how it is always written, such as “quiet”; "" for one that says what is wrong.
    """

    def __init__(self, parent: QWidget | None = None, *, role: str = "") -> None:
        super().__init__(parent)
        self.sentence, self._role = "", role
        mark(self, role=role or "error")
        self.setFixedHeight(HEIGHT)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def say(self, sentence: str, *, caution: bool = False) -> None:
        """Show a sentence, or nothing; as a caution it is of the colour of warnings and not of errors."""
        if sentence != self.sentence:
            self.sentence = sentence
            mark(self, role=self._role or ("warn" if caution else "error"))
            self.setAccessibleName(sentence)
            self.setToolTip(wrapped(sentence))
            self.setText(sentence)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Be as high as the sentence is in this width."""
        room = QRect(0, 0, max(self.width(), 1), TALL)
        high = self.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), self.sentence).height()
        one = self.fontMetrics().lineSpacing()
        self.setFixedHeight(HEIGHT if high < 1.5 * one else high + 2)
