"""Runs that the command line makes while the window has the library: they enter its list as they end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from workbench.background import Background
from workbench.desk import Desk
from workbench.library.opening import take_left

BEAT = 3_000  # milliseconds between two looks


class BesideController(QObject):
    """Looks for them now and then. It has no signals.

    Args:
        desk: its library takes them.
        background: looks on the disk.
        refresh: shows the list anew.
    """

    def __init__(self, desk: Desk, background: Background, refresh: Callable[[], object]) -> None:
        super().__init__(desk.window)
        self._library, self._background, self._refresh = desk.library, background, refresh
        self._models = desk.models_changed
        if desk.library.lasting:  # else another window has the user's, or nobody may write it
            QTimer.singleShot(BEAT, self, self._beat)

    def _beat(self) -> None:
        if not self._background.closed:
            self.look()
            QTimer.singleShot(BEAT, self, self._beat)

    def look(self) -> None:
        """Take in what is there, beside the window."""
        self._background.do(lambda: take_left(self._library), self._taken, lambda _why: None)

    def _taken(self, runs: list[str]) -> None:
        if runs:
            self._refresh()
            self._models()  # a training brings one
