"""Undo of option changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from PySide6.QtGui import QUndoCommand

MERGE_SECONDS = 1.0
COMMAND_ID = 7301


class FormChange(QUndoCommand):
    """One change of a form; changes of the same option within a second become one step.

    Args:
        restore: puts values into the form.
        before, after: all values of the form.
        titles: what people call its options, by name.
    """

    def __init__(self, restore: Callable[[dict[str, object]], None], before: dict[str, object],
                 after: dict[str, object], titles: Mapping[str, str]) -> None:
        self.names = frozenset(name for name in {*before, *after} if before.get(name) != after.get(name))
        told = dict.fromkeys(_inside(titles[name]) for name in titles if name in self.names)  # a title once
        super().__init__(f"Change {', '.join(told)}")
        self._restore, self._before, self.after = restore, before, after
        self.at = time.monotonic()
        self._done = True  # the form shows the change already when the command is pushed

    def id(self) -> int:
        """The kind of command, by which Qt offers commands for merging."""
        return COMMAND_ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take a change of the same options in that follows at once, so that a drag is one command."""
        if not isinstance(other, FormChange) or other.names != self.names or other.at - self.at > MERGE_SECONDS:
            return False
        self.after, self.at = other.after, other.at
        return True

    def redo(self) -> None:
        """Show the later values, but for the first time, when the user has just entered them."""
        if not self._done:
            self._restore(self.after)
        self._done = False

    def undo(self) -> None:
        """Show the earlier values."""
        self._restore(self._before)


def _inside(title: str) -> str:
    """A title inside of a sentence: "class", but "EMA decay"."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
