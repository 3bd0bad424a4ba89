"""Where sentences appear: a bar that lies over the canvas while it says something, and moves nothing there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from widgets.controls.error_bar import ErrorBar, Remedy
from workbench.pages.toolstrip import HEIGHT
from workbench.parts import column

SIDE, ABOVE = 10, HEIGHT + 6  # px from the edges of the page, whose tool strip stays free
REFUSAL, PASSING = "refusal", "passing"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence in the bar, with its remedies as (button text, callback).

    kind: "error", "refusal", "info", or "passing" of what was just done, whose remedies nobody needs to answer.
    """

    sentence: str
    remedies: tuple[Remedy, ...]
    kind: str

    @property
    def asks(self) -> bool:
        """Whether it is an offer that waits for an answer."""
        return self.kind == "info" and bool(self.remedies)

    @property
    def wrong(self) -> bool:
        """Whether it says that something went wrong."""
        return self.kind in {"error", REFUSAL}


class MessageRoom(QWidget):
    """The bar at the top of the canvas; folded away together with it. It has no signals.

    Args:
        pages: over which it lies.

    The latest message is shown. An offer that another message covers comes back once that
    one is answered or dismissed, an error that an offer covers too; what only told something does not.
    """

    def __init__(self, pages: QWidget) -> None:
        super().__init__(pages)
        self.bar, self._pages = ErrorBar(), pages
        self._messages = list[Message]()
        column(self.bar, parent=self)
        pages.installEventFilter(self)
        self.bar.dismissed.connect(lambda: self._keep(lambda message: message is not self._messages[-1]))
        self.hide()

    def show_sentence(self, sentence: str, remedies: Sequence[Remedy], kind: str) -> None:
        """Show a sentence with its remedies; kind of a `Message`."""
        # the same sentence again replaces itself; of what it covers only what still needs the user comes back
        waiting = [m for m in self._messages if m.sentence != sentence and
                   (m.asks or (m.kind == "error" and kind in {"info", PASSING}))]
        self._messages = [*waiting, Message(sentence, tuple(remedies), kind)]
        self._put()

    def withdraw(self, sentence: str) -> None:
        """Take a message back: what it says or offers is no longer so."""
        self._keep(lambda message: message.sentence != sentence)

    def settle(self) -> None:
        """Take errors back: what went wrong before was mended, for something works now."""
        self._keep(lambda message: not message.wrong)

    def move_on(self) -> None:
        """Take refusals back: things are no longer as they were."""
        self._keep(lambda message: message.kind != REFUSAL)

    def begin(self, but: Collection[str] = ()) -> None:
        """Take back what told of the past, as something else begins: all but errors, questions and some sentences."""
        self._keep(lambda message: message.asks or message.kind == "error" or message.sentence in but)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """Lie over the top of the page, as high as the sentence needs."""
        width = max(self._pages.width() - 2 * SIDE, 1)
        self.bar.ensurePolished()
        height = self.bar.heightForWidth(width) if self.bar.hasHeightForWidth() else self.bar.sizeHint().height()
        self.setGeometry(SIDE, ABOVE, width, height)
        self.raise_()

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
            self.bar.show_sentence(message.sentence, remedies, "error" if message.wrong else "info")
            self._place()
        else:
            self.bar.hide()

    def _answer(self, message: Message, callback: Callable[[], object]) -> Callable[[], None]:
        """A remedy that takes its message away first, since it may have something to say itself."""

        def act() -> None:
            self._keep(lambda other: other is not message)
            callback()

        return act
