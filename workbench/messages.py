"""Where sentences appear: a bar over the canvas that takes room only while it says something."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from widgets.error_bar import ErrorBar, Remedy
from workbench.parts import column


class MessageRoom(QWidget):
    """The bar with its margins; folded away together with it. It has no signals."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = ErrorBar()
        column(self.bar, margins=(10, 6, 10, 6), parent=self)
        self.bar.dismissed.connect(self.hide)
        self.hide()

    def show_sentence(self, sentence: str, remedies: Sequence[Remedy], kind: str) -> None:
        """Show a sentence with its remedies; kind "error" or "info"."""
        self.show()
        self.bar.show_sentence(sentence, [(text, self._then_hide(callback)) for text, callback in remedies], kind)

    def _then_hide(self, callback: Callable[[], object]) -> Callable[[], None]:
        """A remedy that folds the room away first, since it may have something to say itself."""

        def act() -> None:
            self.hide()
            callback()

        return act
