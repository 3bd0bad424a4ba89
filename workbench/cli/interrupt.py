"""Ctrl-C: the first press stops between two steps and keeps what is done, the second ends the process at once."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
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
def watched(interrupt: Interrupt, first: Callable[[], object], second: Callable[[], object]) -> Iterator[None]:
    """Watch for Ctrl-C (and a polite kill) while the block runs; a no-op off the main thread.

    Args:
        interrupt: learns of the first press, on the main thread.
        first, second: called at the presses on a thread of their own, so that they come through
            also while the main thread is inside of a long computation.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    far, near = socket.socketpair()  # Windows wakes up only sockets
    near.setblocking(False)
    listener = threading.Thread(target=_listen, args=(far, first, second), name="ctrl-c", daemon=True)
    listener.start()
    handlers = {name: signal.signal(name, interrupt) for name in SIGNALS}
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


def _listen(far: socket.socket, first: Callable[[], object], second: Callable[[], object]) -> None:
    """Count the presses: the system writes the number of every signal here the moment it comes."""
    presses = 0
    while numbers := far.recv(16):
        for _press in (number for number in numbers if number in SIGNALS):
            presses += 1
            (first if presses == 1 else second)()
