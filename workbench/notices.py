"""News from the engine thread to the window: coalesced, so that nothing queues up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

INTERVAL = 1 / 30  # s: what a display can show


@dataclass(slots=True)
class News:
    """What happened since the window last looked; `changed` holds each job once, `told` each sentence."""

    ready: bool = False
    unavailable: str = ""
    told: dict[str, None] = field(default_factory=dict[str, None])
    changed: dict[str, None] = field(default_factory=dict[str, None])
    finished: list[str] = field(default_factory=list[str])
    failed: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    opened: list[str] = field(default_factory=list[str])


class Notices:
    """A latest-value mailbox for news.

    Args:
        wake: called (on the engine thread) when news arrive in an empty mailbox.
        clock: seconds, for tests.
    """

    def __init__(self, wake: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._wake, self._clock = wake, clock
        self._lock = threading.Lock()
        self._news: News | None = None
        self._shown = dict[str, float]()

    def progress(self, job: str) -> None:
        """A job went on; told at most 30 times a second."""
        now = self._clock()
        if now - self._shown.get(job, -1.0) >= INTERVAL:
            self._shown[job] = now
            self.changed(job)

    def changed(self, job: str) -> None:
        """A job changed its state."""
        self._tell(lambda news: news.changed.setdefault(job))

    def finished(self, job: str) -> None:
        """A job is over: done, failed or cancelled."""
        self._shown.pop(job, None)
        self._tell(lambda news: news.finished.append(job))

    def failed(self, job: str, sentence: str) -> None:
        """A job failed."""
        self._tell(lambda news: news.failed.append((job, sentence)))

    def opened(self, run: str) -> None:
        """A run of the library is loaded."""
        self._tell(lambda news: news.opened.append(run))

    def ready(self) -> None:
        """The engines are imported."""
        self._tell(lambda news: setattr(news, "ready", True))

    def unavailable(self, sentence: str) -> None:
        """The engines cannot be imported."""
        self._tell(lambda news: setattr(news, "unavailable", sentence))

    def told(self, sentence: str) -> None:
        """Something could not be done, and the engine goes on."""
        self._tell(lambda news: news.told.setdefault(sentence))

    def take(self) -> News:
        """All news so far; the mailbox is empty afterwards. For the window's thread."""
        with self._lock:
            news, self._news = self._news, None
        return news or News()

    def _tell(self, change: Callable[[News], object]) -> None:
        with self._lock:
            empty = self._news is None
            news = self._news = self._news or News()
            change(news)
        # outside the lock, and once per delivery: a queue of wake-ups would be the backlog this class avoids
        if empty:
            self._wake()
