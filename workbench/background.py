"""Work that takes a while and is not a job: exports, reading data. Done beside the window, told on its thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal

from engines.errors import WorkbenchError

T = TypeVar("T")
LARGE = 200_000  # bytes of a file that takes longer to read than a frame lasts
TABLE = 30_000  # bytes of a table of numbers that does


def size_of(file: Path) -> int:
    """Bytes of a file, 0 where there is none to read."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a piece of work came to, and who is to hear of it."""

    tell: Callable[[Any], object]
    result: object


def _done(work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[str], object]) -> _Outcome:
    """Do the work; every failure becomes a sentence."""
    try:
        return _Outcome(done, work())
    except WorkbenchError as error:
        return _Outcome(failed, str(error))
    except Exception as error:
        line = (str(error).strip().splitlines() or [""])[0].rstrip(".")
        return _Outcome(failed, f"This did not work ({type(error).__name__}: {line}); try again.")


class Background(QObject):
    """A few threads of one window; `close` waits for what is under way. It has no signals for others.

    `closed`: the window goes; work that can be given up asks it now and then.
    """

    # the one sender of all results lives as long as its threads: Qt crashes when an object is deleted while
    # another thread is still in one of its signals, as one of its own for each piece of work was
    _over = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # a long listing must not hold up an export
        self._pool = ThreadPoolExecutor(2, "background")
        self._pending = 0  # pieces of work whose outcome nobody has heard of
        self.closed = False
        self._over.connect(self._heard, Qt.ConnectionType.QueuedConnection)

    def do(self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[str], object]) -> None:
        """Work elsewhere, then call `done` with the result or `failed` with a sentence, here; nothing once closed."""
        if self.closed:  # nobody would wait for it: a thread that outlives Python brings the process down
            return
        self._pending += 1
        self._pool.submit(lambda: self._over.emit(_done(work, done, failed)))

    def read(self, file: Path, work: Callable[[], T], done: Callable[[T], object],
             failed: Callable[[str], object], *, large: int = LARGE) -> None:
        """Read a file: one of more than `large` bytes elsewhere, else here and now, since nobody would notice.

        Raises:
            WorkbenchError, OSError: what reading a small file raised.
        """
        self.either(size_of(file) > large, work, done, failed)

    def read_all(self, files: Iterable[Path], work: Callable[[], T], done: Callable[[T], object],
                 failed: Callable[[str], object]) -> None:
        """Read several files in one go, elsewhere if one of them is large; see `read`."""
        self.either(any(size_of(file) > LARGE for file in files), work, done, failed)

    def either(self, long: bool, work: Callable[[], T], done: Callable[[T], object],
               failed: Callable[[str], object]) -> None:
        """Do what takes long elsewhere, and else here and now; raises then what it raised."""
        if long:
            self.do(work, done, failed)
        else:
            done(work())

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._pending > 0

    def close(self) -> None:
        """Wait for what is under way, give up what has not begun; nothing is told afterwards."""
        self.closed = True
        self._pool.shutdown(cancel_futures=True)
        # what was told just before still waits in the event loop
        QCoreApplication.removePostedEvents(self, QEvent.Type.MetaCall)
        self._pending = 0

    def _heard(self, outcome: _Outcome) -> None:
        """A piece of work is over: tell of it."""
        self._pending -= 1
        outcome.tell(outcome.result)
