"""Ctrl-C: the first press stops between two steps and keeps what is done, the second ends the process at once."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """Whether Ctrl-C was pressed, and who minds: a `gently` block looks at `pressed`, all else is broken off."""

    def __init__(self) -> None:
        self.pressed = False
        self.gentle = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The signal handler; raises KeyboardInterrupt at the first press outside of a `gently` block."""
        del number, frame
        first, self.pressed = not self.pressed, True
        if first and not self.gentle:
            raise KeyboardInterrupt

    @contextmanager
    def gently(self) -> Iterator[Interrupt]:
        """A block that looks at `pressed` between its steps and must not be broken off within one."""
        before, self.gentle = self.gentle, True
        try:
            yield self
        finally:
            self.gentle = before


@contextmanager
def watched(interrupt: Callable[[int, FrameType | None], object], first: Callable[[int], object],
            second: Callable[[int], object], signals: Sequence[signal.Signals] = SIGNALS) -> Iterator[None]:
    """Watch for Ctrl-C (and a polite kill) while the block runs; a no-op off the main thread.

    Args:
        interrupt: learns of the presses on the main thread, as soon as that runs Python again.
        first, second: called with the signal's number at the presses on a thread of their own, so that
            they come through also while the main thread is inside of a long computation.
        signals: those that count as presses.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    far, near = socket.socketpair()  # Windows wakes up only sockets
    near.setblocking(False)
    listener = threading.Thread(target=_listen, args=(far, first, second, signals), name="ctrl-c", daemon=True)
    listener.start()
    handlers = {name: signal.signal(name, interrupt) for name in signals}
    wakeup = signal.set_wakeup_fd(near.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for name, handler in handlers.items():
            signal.signal(name, handler)
        near.close()  # which ends the listener
        listener.join()
        far.close()


def _listen(far: socket.socket, first: Callable[[int], object], second: Callable[[int], object],
            signals: Sequence[signal.Signals]) -> None:
    """Count the presses: the system writes the number of every signal here the moment it comes."""
    presses = 0
    while numbers := far.recv(16):
        for number in (number for number in numbers if number in signals):
            presses += 1
            (first if presses == 1 else second)(number)
