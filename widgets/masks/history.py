"""Undo and redo of paint: every change is kept as two compressed rectangles, in a store that bounds the memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QUndoCommand, QUndoStack

from widgets.masks.layer import Change, PaintLayer
from widgets.masks.shapes import Box, Bytes
from widgets.masks.undo_store import Kept, UndoStore

# Masks are mostly runs of one value, which the fastest level shrinks a hundredfold.
LEVEL = 1


class Reversible(QUndoCommand):
    """Something that can be taken back and done again; `done`: it is done already when it is pushed."""

    def __init__(self, text: str, undo: Callable[[], object], redo: Callable[[], object], *, done: bool) -> None:
        super().__init__(text)
        self._undo, self._redo, self._done = undo, redo, done

    def undo(self) -> None:
        """Take it back."""
        if self._done:
            self._undo()
            self._done = False

    def redo(self) -> None:
        """Do it again; at the push, do it for the first time unless it is done."""
        if not self._done:
            self._redo()
            self._done = True


class PaintCommand(Reversible):
    """A stroke that is already on the layer when it is pushed; its pixels come back exactly."""

    def __init__(self, text: str, layer: PaintLayer, change: Change, store: UndoStore,
                 shown: Callable[[Box], None]) -> None:
        before, after = (store.keep(zlib.compress(pixels.tobytes(), LEVEL)) for pixels in (change.before, change.after))
        box, shape = change.box, change.before.shape  # not the change: that holds its pixels as they are

        def put(packed: Kept) -> None:
            pixels: Bytes = np.frombuffer(zlib.decompress(packed.read()), np.uint8).reshape(shape)
            layer.write(box, pixels)
            shown(box)

        super().__init__(text, lambda: put(before), lambda: put(after), done=True)


class NotKept(ValueError):
    """What a step of undo needs cannot be read; a sentence on it."""


def step_back(stack: QUndoStack) -> None:
    """Undo one step; raises NotKept, and then all is as it was."""
    _step(stack.undo, stack.redo, "undone")


def step_on(stack: QUndoStack) -> None:
    """Redo one step; raises NotKept, and then all is as it was."""
    _step(stack.redo, stack.undo, "redone")


def _step(there: Callable[[], None], back: Callable[[], None], words: str) -> None:
    try:
        there()
    except OSError as error:
        back()  # the stack counts on even so; the command knows that it did nothing
        raise NotKept(f"Nothing was {words}: what that needs cannot be read from the disk "
                      f"({error.strerror or error}); try again.") from error
