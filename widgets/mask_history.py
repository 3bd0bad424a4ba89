"""Undo and redo of paint: every change is kept as two compressed rectangles, in a store that bounds the memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QUndoCommand, QUndoStack

from widgets.mask_layer import Change, PaintLayer
from widgets.mask_shapes import Box, Bytes
from widgets.undo_store import Kept, UndoStore

# Masks are mostly runs of one value, which the fastest level shrinks a hundredfold.
LEVEL = 1


class PaintCommand(QUndoCommand):
    """A stroke that is already on the layer when it is pushed."""

    def __init__(self, text: str, layer: PaintLayer, change: Change, store: UndoStore,
                 shown: Callable[[Box], None]) -> None:
        super().__init__(text)
        self._layer, self._box, self._shown = layer, change.box, shown
        self._shape = change.before.shape
        self._before, self._after = (store.keep(zlib.compress(pixels.tobytes(), LEVEL))
                                     for pixels in (change.before, change.after))
        self._done = True

    def _put(self, packed: Kept) -> None:
        pixels: Bytes = np.frombuffer(zlib.decompress(packed.read()), np.uint8).reshape(self._shape)
        self._layer.write(self._box, pixels)
        self._shown(self._box)

    def undo(self) -> None:
        """Bring back the pixels from before the stroke, exactly."""
        if self._done:
            self._put(self._before)
            self._done = False

    def redo(self) -> None:
        """Paint the stroke again."""
        if not self._done:
            self._put(self._after)
            self._done = True


class SwapCommand(QUndoCommand):
    """A whole state replaced by another, both kept: a picture with its mask, for instance."""

    def __init__(self, text: str, undo: Callable[[], None], redo: Callable[[], None]) -> None:
        super().__init__(text)
        self._undo, self._redo, self._done = undo, redo, False

    def undo(self) -> None:
        """Bring back the earlier state."""
        if self._done:
            self._undo()
            self._done = False

    def redo(self) -> None:
        """Show the later state."""
        if not self._done:
            self._redo()
            self._done = True


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
