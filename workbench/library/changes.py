"""Which runs changed, so that a view reads only those anew."""

from __future__ import annotations

import threading


class Changes:
    """Counts writes; `version` grows with each. Safe to use from any thread."""

    def __init__(self) -> None:
        self.version = 0
        self._last = dict[str, int]()  # the version that last changed a run
        self._lock = threading.Lock()

    def note(self, run: str) -> None:
        """A run was written; "" for a write that shows in no list."""
        with self._lock:
            self.version += 1
            if run:
                self._last[run] = self.version

    def since(self, version: int) -> set[str]:
        """Runs written after a version, 0 for all of this session."""
        with self._lock:
            return {run for run, last in self._last.items() if last > version}
