"""The status line: one running sentence, progress, time left, models, memory, saved state."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QProgressBar, QStatusBar, QWidget

from widgets.controls.readout import Readout
from widgets.drawing.fonts import figures
from workbench.parts import column, label, row

HEIGHT = 26


class StatusLine(QFrame):
    """26 px at the bottom of the window; every part is a label with a fixed place. It has no signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setFixedHeight(HEIGHT)
        self._words = Readout(figures(12), quiet=True)
        self._left = label("", "caption", "Time left")
        self._facts = label("", "caption", "Models")
        self._memory = label("", "caption", "Memory")
        self._saved = label("", "caption", "Saved state")
        self._saved.setMinimumWidth(self._saved.fontMetrics().horizontalAdvance("Saving…"))  # the facts stay in place
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(150)
        self._bar.setRange(0, 1000)
        bar = QWidget()
        row(self._words, self._bar, self._left, 1, self._facts, self._memory, self._saved,
            margins=(14, 0, 14, 0), spacing=18, parent=bar)
        # the status bar that holds this draws the hairline above
        column(bar, parent=self)
        self.progress(None)

    def in_bar(self) -> QStatusBar:
        """The bar of a window with this alone in it."""
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self, 1)
        return bar

    def say(self, sentence: str) -> None:
        """Show what goes on now."""
        self._words.say(sentence)

    @property
    def sentence(self) -> str:
        """What is being said."""
        return self._words.text()

    def progress(self, share: float | None, left: str = "") -> None:
        """Show progress in [0, 1] and the time left, or hide both with None."""
        self._bar.setVisible(share is not None)
        self._bar.setValue(round(1000 * (share or 0)))
        self._left.setText(left)

    @property
    def left(self) -> str:
        """The time left as it is shown, "" for none."""
        return self._left.text()

    def saved(self, words: str, more: str = "") -> None:
        """Show whether all is on disk, in words, and `more` of it under the pointer."""
        self._saved.setText(words)
        self._saved.setToolTip(more)

    @property
    def kept(self) -> str:
        """What is said of what is on disk."""
        return self._saved.text()

    def facts(self, models: str, memory: str) -> None:
        """Show the right-hand facts: loaded models and memory in use."""
        self._facts.setText(models)
        self._memory.setText(memory)
