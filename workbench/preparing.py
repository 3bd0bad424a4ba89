"""Runs of large pictures before they are in the queue: packed and checked beside the window, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Signal

from workbench.background import Background

PIXELS = 200_000  # of a picture that takes longer to pack and check than a frame lasts


@dataclass(frozen=True, slots=True)
class Packing:
    """The files that go with a run, packed when they are asked for.

    pack: gives them by name, on any thread; raises BadInput. slow: it is not for the window's thread. called: what the
    user calls the data in them, "" where they have no name.
    """

    pack: Callable[[], Mapping[str, bytes]] = dict
    slow: bool = False
    called: str = ""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A run that is prepared: `work` elsewhere, then one of the others here."""

    title: str
    work: Callable[[], Any]
    done: Callable[[Any], object]
    failed: Callable[[str], object]
    dropped: Callable[[Any], object]


class Preparing(QObject):
    """Prepares runs in the order in which they were asked for.

    Signals: changed() when there are others.

    Args:
        background: does the work.
    """

    changed = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._numbers = background, count()
        self._waiting = dict[str, _Waiting]()  # by key, the oldest first
        self._busy = False

    @property
    def titles(self) -> dict[str, str]:
        """What is prepared, by keys that no job has."""
        return {key: one.title for key, one in self._waiting.items()}

    def add(self, title: str, work: Callable[[], Any], done: Callable[[Any], object],
            failed: Callable[[str], object], dropped: Callable[[Any], object]) -> None:
        """Work beside the window, then tell of it here.

        Args:
            work: gives a result; its WorkbenchError becomes a sentence for `failed`.
            done, dropped: takes the result, `dropped` that of one that nobody wants any more.
        """
        self._waiting[f"preparing {next(self._numbers)}"] = _Waiting(title, work, done, failed, dropped)
        self.changed.emit()
        self._next()

    def drop(self, key: str) -> None:
        """Do not begin one; does nothing for a key that is not there any more."""
        if self._waiting.pop(key, None) is not None:
            self.changed.emit()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        key, one = next(iter(self._waiting.items()))
        self._background.do(one.work, lambda result: self._end(key, one.done, one.dropped, result),
                            lambda sentence: self._end(key, one.failed, _nothing, sentence))

    def _end(self, key: str, wanted: Callable[[Any], object], dropped: Callable[[Any], object], value: object) -> None:
        self._busy = False
        there = self._waiting.pop(key, None) is not None
        (wanted if there else dropped)(value)
        self.changed.emit()
        self._next()


def _nothing(_value: object) -> None:
    """Nobody wants to know why."""
