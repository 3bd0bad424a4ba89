"""One line that says what is wrong, with its place kept while nothing is: nothing around it ever moves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.drawing.theme import mark
from widgets.drawing.tips import wrapped

HEIGHT = 14  # px, of one line of small words


class ProblemLine(QLabel):
    """A sentence cut at the end where there is no room for it; all of it is the tooltip. It has no signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = ""
        mark(self, role="error")
        self.setFixedHeight(HEIGHT)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def say(self, sentence: str, *, caution: bool = False) -> None:
        """Show a sentence, or nothing; as a caution it is of the colour of warnings and not of errors."""
        if sentence != self.sentence:
            self.sentence = sentence
            mark(self, role="warn" if caution else "error")
            self.setAccessibleName(sentence)
            self.setToolTip(wrapped(sentence))
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.sentence, Qt.TextElideMode.ElideRight, self.width()))
