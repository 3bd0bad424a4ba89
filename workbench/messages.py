"""Where sentences appear: a bar over the canvas that takes room only while it says something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from widgets.error_bar import ErrorBar, Remedy
from workbench.parts import column


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence in the bar, with its remedies as (button text, callback); kind "error" or "info"."""

    sentence: str
    remedies: tuple[Remedy, ...]
    kind: str

    @property
    def asks(self) -> bool:
        """Whether it is an offer that waits for an answer."""
        return self.kind == "info" and bool(self.remedies)


class MessageRoom(QWidget):
    """The bar with its margins; folded away together with it. It has no signals.

    The latest message is shown. An offer that another message covers comes back once that
    one is answered or dismissed, an error that an offer covers too; what only told something does not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bar = ErrorBar()
        self._messages = list[Message]()
        column(self.bar, margins=(10, 6, 10, 6), parent=self)
        self.bar.dismissed.connect(lambda: self._keep(lambda message: message is not self._messages[-1]))
        self.hide()

    def show_sentence(self, sentence: str, remedies: Sequence[Remedy], kind: str) -> None:
        """Show a sentence with its remedies; kind "error" or "info"."""
        # the same sentence again replaces itself; of what it covers only what still needs the user comes back
        waiting = [m for m in self._messages if m.sentence != sentence and
                   (m.asks or (m.kind == "error" and kind != "error"))]
        self._messages = [*waiting, Message(sentence, tuple(remedies), kind)]
        self._put()

    def withdraw(self, sentence: str) -> None:
        """Take a message back: what it says or offers is no longer so."""
        self._keep(lambda message: message.sentence != sentence)

    def settle(self) -> None:
        """Take errors back: what went wrong before was mended, for something works now."""
        self._keep(lambda message: message.kind != "error")

    def _keep(self, wanted: Callable[[Message], bool]) -> None:
        """Forget all messages but the wanted ones; the latest of those that are left is shown."""
        before = self._messages
        self._messages = [message for message in before if wanted(message)]
        if self._messages != before:
            self._put()

    def _put(self) -> None:
        """Show the latest message, or nothing."""
        self.setVisible(bool(self._messages))
        if self._messages:
            message = self._messages[-1]
            remedies = [(text, self._answer(message, callback)) for text, callback in message.remedies]
            self.bar.show_sentence(message.sentence, remedies, message.kind)
        else:
            self.bar.hide()

    def _answer(self, message: Message, callback: Callable[[], object]) -> Callable[[], None]:
        """A remedy that takes its message away first, since it may have something to say itself."""

        def act() -> None:
            self._keep(lambda other: other is not message)
            callback()

        return act
