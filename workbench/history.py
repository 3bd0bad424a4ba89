"""One Ctrl+Z for everything: several undo stacks, undone in the order things were done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack
from shiboken6 import isValid

from widgets.masks.history import NotKept, Reversible, step_back, step_on


class History(QObject):
    """Joins the window's own stack and those of the canvases. Signals: changed()."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._own = QUndoStack(self)
        self._done: list[QUndoStack] = []
        self._undone: list[QUndoStack] = []
        self._moving = False
        self.watch(self._own)

    def watch(self, stack: QUndoStack) -> None:
        """Let a stack take part."""
        stack.indexChanged.connect(lambda _index: self._noticed(stack))

    def push(self, text: str, undo: Callable[[], object], redo: Callable[[], object]) -> None:
        """Remember something that was just done."""
        self._own.push(Reversible(text, undo, redo, done=True))

    @property
    def undoes(self) -> str:
        """What undo would take back, "" for nothing."""
        return self._done[-1].undoText() if self._done else ""

    @property
    def redoes(self) -> str:
        """What redo would do again, "" for nothing."""
        return self._undone[-1].redoText() if self._undone else ""

    def undo(self) -> str:
        """Take the latest thing back; returns what it was, "" when there is nothing. Raises NotKept."""
        return self._move(self._done, self._undone, QUndoStack.undoText, step_back)

    def redo(self) -> str:
        """Do the latest undone thing again; returns what it was. Raises NotKept."""
        return self._move(self._undone, self._done, QUndoStack.redoText, step_on)

    def _move(self, source: list[QUndoStack], target: list[QUndoStack], text: Callable[[QUndoStack], str],
              move: Callable[[QUndoStack], None]) -> str:
        if not source:
            return ""
        stack = source.pop()
        target.append(stack)
        words = text(stack)
        # the stack now tells of its new index, which must not count as something new done
        self._moving = True
        try:
            move(stack)
        except NotKept:
            source.append(target.pop())
            raise
        finally:
            self._moving = False
        self.changed.emit()
        return words

    def _noticed(self, stack: QUndoStack) -> None:
        """A stack moved by itself: a new command, or a canvas that starts anew or undid on its own keys."""
        # a stack that is being deleted still tells that it became empty
        if self._moving or not isValid(stack):
            return
        others = [s for s in self._done if s is not stack]
        known = len(self._done) - len(others)
        if stack.index() > known:
            self._done += [stack] * (stack.index() - known)
            # something new was done: what was undone before it cannot come back, as in any editor
            self._undone.clear()
        else:
            for _ in range(known - stack.index()):
                last = len(self._done) - 1 - self._done[::-1].index(stack)
                del self._done[last]
            self._undone = [s for s in self._undone if s is not stack]
        self.changed.emit()
