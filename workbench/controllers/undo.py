"""Undo and redo, which say what they would take back and what they took back."""

from __future__ import annotations

from collections.abc import Callable

from workbench.actions import Spec
from workbench.desk import Desk

NO_UNDO, NO_REDO = "There is nothing to undo", "There is nothing to redo"


class UndoController:
    """Declares the two actions. It has no signals.

    Args:
        desk: shared parts; its history is what is undone.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, history = desk, desk.history
        add = desk.actions.add
        add(Spec("edit.undo", "Undo", "Edit", "Ctrl+Z", "undo-2", "undo", needs=NO_UNDO),
            lambda: self._tell(history.undo, "Undone", NO_UNDO), lambda: bool(history.undoes))
        add(Spec("edit.redo", "Redo", "Edit", "Ctrl+Shift+Z; Ctrl+Y", "redo-2", "undo", needs=NO_REDO),
            lambda: self._tell(history.redo, "Redone", NO_REDO), lambda: bool(history.redoes))
        history.changed.connect(self._name)

    def _tell(self, move: Callable[[], str], verb: str, nothing: str) -> None:
        with self._desk.guard():
            words = move()
            self._desk.say(f"{verb}: {words}" if words else nothing)

    def _name(self) -> None:
        """Name in both titles what they are about now."""
        self._desk.actions.name("edit.undo", self._desk.history.undoes)
        self._desk.actions.name("edit.redo", self._desk.history.redoes)
