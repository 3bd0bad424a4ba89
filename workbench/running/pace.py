"""How fast a job goes: steps per second over the last seconds, time left and time spent."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW = 8.0  # seconds the rate looks back


class Pace:
    """Progress of one job over time; pauses do not count.

    Args:
        seconds: time spent before, by an earlier session.
        clock: seconds, for tests.
    """

    def __init__(self, seconds: float = 0.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._before = seconds
        self._since: float | None = None
        self._marks = deque[tuple[float, int]]()
        self.done = self.total = 0

    def start(self) -> None:
        """Count time from now on."""
        self._since = self._clock()
        # marks of before a pause would count its length as time for steps
        self._marks = deque()

    def stop(self) -> None:
        """Stop counting: the job is paused or over."""
        self._before, self._since = self.elapsed, None

    def mark(self, done: int, total: int) -> None:
        """Say how far the job is."""
        self.done, self.total = done, total
        now = self._clock()
        self._marks.append((now, done))
        # two always stay: with steps longer than the window there is still a rate
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW:
            self._marks.popleft()

    @property
    def elapsed(self) -> float:
        """Seconds spent running."""
        return self._before + (0.0 if self._since is None else self._clock() - self._since)

    @property
    def rate(self) -> float:
        """Steps per second, 0 while unknown."""
        # the engine thread may begin the job anew, and clear the marks, at any moment
        marks = self._marks
        if len(marks) < 2:
            return 0.0
        (first, before), (last, after) = marks[0], marks[-1]
        # who is behind where it was goes on at no rate that says when it ends
        return max(after - before, 0) / (last - first) if last > first else 0.0

    @property
    def eta(self) -> float | None:
        """Seconds left, None while unknown."""
        rate = self.rate  # asked once: a mark may come in between, after which nothing moves any more
        return (self.total - self.done) / rate if rate > 0 else None
