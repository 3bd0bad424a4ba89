"""Where the buttons under a form stand while its rows come and go: not under the pointer that is about to click."""

from __future__ import annotations

from PySide6.QtCore import QSize

ROW = 28  # px of an option: what is fuller than that has no room for one more


class HeldPlace:
    """How many pixels of options there were over the buttons, by task, as long as the window has one size."""

    def __init__(self) -> None:
        self._known = dict[str, int]()
        self._window = QSize()

    def keep(self, task: str, window: QSize, pixels: int) -> None:
        """The options of a task take so many pixels now: the most there were count."""
        if window != self._window:
            self._known, self._window = {}, QSize(window)
        self._known[task] = max(pixels, self._known.get(task, 0))

    def pixels(self, task: str, window: QSize) -> int:
        """What was kept of a task, 0 for nothing and in a window of another size."""
        return self._known.get(task, 0) if window == self._window else 0

    def forget(self) -> None:
        """Let the buttons go where the options end: the user folded or unfolded them."""
        self._known = {}

    def within(self, task: str, window: QSize, room: int) -> int:
        """Where options scroll in a room: the place that was kept, if it filled the room; 0 where none is."""
        kept = self.pixels(task, window)
        return min(kept, room) if kept > room - ROW else 0
