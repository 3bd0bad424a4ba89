"""Ctrl-C, a polite kill and a terminal that closes: the window closes as by its own command, and keeps all it has."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from workbench.interrupt import watched

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # no system has all of them
BY_SIGNAL = 128  # what shells add to the number of the signal that ended a program
CLOSING = "Closing the window, and keeping what is done; press Ctrl-C again to end at once."
AT_ONCE = "Ended at once; what was saved until then is kept."


class Farewell(QObject):
    """Closes the window at the first signal and ends the process at the second.

    Signals: asked() at the first one, sent from another thread.
    """

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._number, self._closed = 0, False
        self._window: QWidget | None = None
        # queued: the signal may come while the window's thread is inside of anything
        self.asked.connect(self._close, Qt.ConnectionType.QueuedConnection)

    @property
    def code(self) -> int:
        """The exit code a shell expects of a program that a signal ended (130 for Ctrl-C); 0 while there was none."""
        return BY_SIGNAL + self._number if self._number else 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while the block runs; one that comes before there is a window closes it as soon as it is there."""
        with watched(_heard, self._first, self._second, signals()):
            yield

    def of(self, window: QWidget) -> None:
        """Name the window to close."""
        self._window = window
        if self._number:
            self.asked.emit()

    def _first(self, number: int) -> None:
        self._number = number
        _say(CLOSING)
        self.asked.emit()

    def _second(self, number: int) -> None:
        """Nothing is tidied up, as that may be what takes long: the next start finds all as after a kill."""
        _say(AT_ONCE)
        os._exit(BY_SIGNAL + number)

    def _close(self) -> None:
        if self._window is None or self._closed:
            return
        self._closed = True
        self._window.close()
        QApplication.exit()  # also out of a dialog that is open


def signals() -> tuple[signal.Signals, ...]:
    """The signals of this system that ask for an end; a hang-up that “nohup” has switched off is none."""
    known = (signal.Signals[name] for name in NAMES if name in signal.Signals.__members__)
    return tuple(number for number in known if number.name != "SIGHUP" or signal.getsignal(number) != signal.SIG_IGN)


def _heard(number: int, frame: FrameType | None) -> None:
    """Python's own handler of Ctrl-C would raise in whatever the window does just now."""
    del number, frame


def _say(sentence: str) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):  # a terminal that closed takes no words
        sys.stderr.write(sentence + "\n")
        sys.stderr.flush()
