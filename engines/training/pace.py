"""When the next checkpoint is due: by what saving costs as well as by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST = 4.0  # seconds of work that a kill may cost at the beginning
SHARE = 30  # saving takes at most one part in so many of the time


class SavePace:
    """Says when to save: soon after the start, then twice as late each time until the interval is reached.

    Args:
        every: the interval, seconds.
        clock: seconds that pass.
    """

    def __init__(self, every: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every, self._clock = every, clock
        self._wait = min(FIRST, every)
        self._since, self._cost = clock(), 0.0

    def due(self) -> bool:
        """Whether enough was done since the last save to be worth another."""
        return self._clock() - self._since > self.wait

    def saved(self, began: float) -> None:
        """A save that began at that time of the clock has just ended."""
        self._since = self._clock()
        self._cost = self._since - began
        self._wait = min(2 * self._wait, self._every)

    @property
    def wait(self) -> float:
        """Seconds until the next save is due."""
        return max(self._wait, SHARE * self._cost)

    def now(self) -> float:
        """The time of the clock."""
        return self._clock()
