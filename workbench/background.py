"""Work that takes a while and is not a job: exports, reading data. Done beside the window, told on its thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from engines.errors import WorkbenchError


class _Told(QObject):
    """Carries a result to the thread it was made on. Signals: done(object), failed(str)."""

    done = Signal(object)
    failed = Signal(str)


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
    """A few threads of one window; `close` waits for what is under way. It has no signals."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._told: list[_Told] = []
        self._closed = False

    def do(self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[str], object]) -> None:
        """Work elsewhere, then call `done` with the result or `failed` with a sentence, here."""
        told = _Told(self)
        self._told.append(told)
        told.done.connect(lambda result: self._end(told, done, result))
        told.failed.connect(lambda sentence: self._end(told, failed, sentence))
        self._pool.start(_Work(work, told))

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._told)

    def close(self) -> None:
        """Wait for what is under way; nothing is told afterwards."""
        self._closed = True  # what was told just before still waits in the event loop
        self._pool.clear()
        self._pool.waitForDone()

    def _end(self, told: _Told, callback: Callable[[Any], object], value: object) -> None:
        self._told.remove(told)
        told.deleteLater()
        if not self._closed:
            callback(value)
