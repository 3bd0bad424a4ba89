"""Work that goes on beside the queue of runs, and has a line in the Jobs panel as long as it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: share in [0, 1], a few words on what is done now, and figures ("12 of 742")."""

    share: float
    detail: str
    facts: str


class Aside(QObject):
    """One such work.

    Signals: changed() when it is further, begins or ends.

    Attributes: progress: how far it is, None while it does not go on.

    Args:
        key: that no job has; title: what it is called.
        stop: ends it; show: brings up the panel with its results.
    """

    changed = Signal()

    def __init__(self, key: str, title: str, stop: Callable[[], object], show: Callable[[], object],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key, self.title, self.stop, self.show = key, title, stop, show
        self.progress: Progress | None = None

    def tell(self, progress: Progress | None) -> None:
        """How far it is, or that it is over."""
        if progress != self.progress:
            self.progress = progress
            self.changed.emit()
