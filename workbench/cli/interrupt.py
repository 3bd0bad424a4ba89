"""Ctrl-C: the first press stops between two steps and keeps what is done, the second stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass(slots=True)
class Interrupt:
    """Whether Ctrl-C was pressed."""

    pressed: bool = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Watch for Ctrl-C (and a polite kill) while the block runs; a no-op off the main thread."""
    watch = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield watch
        return
    names = (signal.SIGINT, signal.SIGTERM)
    before = {name: signal.signal(name, watch) for name in names}
    try:
        yield watch
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
