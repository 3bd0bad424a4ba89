"""Work that takes a while and is not a job: exports, reading data. Done beside the window, told on its thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThreadPool, Signal

from engines.errors import WorkbenchError

T = TypeVar("T")
LARGE = 200_000  # bytes of a file that takes longer to read than a frame lasts


def size_of(file: Path) -> int:
    """Bytes of a file, 0 where there is none to read."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


class _Told(QObject):
    """Carries a result to the thread it was made on. Signals: done(object), failed(str).

    Its own methods receive them: what is still under way when it is deleted goes with it.
    """

    done = Signal(object)
    failed = Signal(str)

    def __init__(self, owner: Background, done: Callable[[Any], object], failed: Callable[[str], object]) -> None:
        super().__init__(owner)
        self._owner, self._tell, self._refuse = owner, done, failed
        self.done.connect(self._took)
        self.failed.connect(self._failed)

    def _took(self, result: object) -> None:
        self._owner.end(self, self._tell, result)

    def _failed(self, sentence: str) -> None:
        self._owner.end(self, self._refuse, sentence)


class _Work(QRunnable):
    """Runs a function and tells of its result."""

    def __init__(self, work: Callable[[], Any], told: _Told) -> None:
        super().__init__()
        self._work, self._told = work, told

    def run(self) -> None:
        """Do the work; every failure becomes a sentence."""
        try:
            result = self._work()
        except WorkbenchError as error:
            self._told.failed.emit(str(error))
        except Exception as error:
            line = (str(error).strip().splitlines() or [""])[0].rstrip(".")
            self._told.failed.emit(f"This did not work ({type(error).__name__}: {line}); try again.")
        else:
            self._told.done.emit(result)


class Background(QObject):
    """A few threads of one window; `close` waits for what is under way. It has no signals.

    `closed`: the window goes; work that can be given up asks it now and then.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)  # a long listing must not hold up an export
        self._told: list[_Told] = []
        self.closed = False

    def do(self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[str], object]) -> None:
        """Work elsewhere, then call `done` with the result or `failed` with a sentence, here; nothing once closed."""
        if self.closed:  # nobody would wait for it: a thread that outlives Python brings the process down
            return
        told = _Told(self, done, failed)
        self._told.append(told)
        self._pool.start(_Work(work, told))

    def read(self, file: Path, work: Callable[[], T], done: Callable[[T], object],
             failed: Callable[[str], object]) -> None:
        """Read a file: a large one elsewhere, a small one here and now, since nobody would notice.

        Raises:
            WorkbenchError, OSError: what reading a small file raised.
        """
        self.read_all([file], work, done, failed)

    def read_all(self, files: Iterable[Path], work: Callable[[], T], done: Callable[[T], object],
                 failed: Callable[[str], object]) -> None:
        """Read several files in one go, elsewhere if one of them is large; see `read`."""
        if any(size_of(file) > LARGE for file in files):
            self.do(work, done, failed)
        else:
            done(work())

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._told)

    def close(self) -> None:
        """Wait for what is under way; nothing is told afterwards."""
        self.closed = True
        # first what has not begun, so that only work under way is waited for
        self._pool.clear()
        self._pool.waitForDone()
        for told in self._told:
            # what was told just before still waits in the event loop
            QCoreApplication.removePostedEvents(told)
        self._told.clear()

    def end(self, told: _Told, callback: Callable[[Any], object], value: object) -> None:
        """A piece of work is over: tell of it, unless the window goes."""
        if not self.closed:
            self._told.remove(told)
            told.deleteLater()
            callback(value)
