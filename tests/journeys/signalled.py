"""The program itself, with a window that tells on standard output how far it is; tests send it signals.

Usage: python -m tests.journeys.signalled [stuck]
Prints “running” once a long training has made a step, and “closing” when the window closes; “stuck” never gets further.
"""

from __future__ import annotations

import os
import sys
import threading

from PySide6.QtGui import QCloseEvent

from main import main
from workbench import app
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import State
from workbench.window import MainWindow

STUCK = "stuck" in sys.argv
OPTIONS = {"name": "long", "steps": 100_000, "batch": 2, "width": 8, "mults": [1, 2], "groups": 4, "head": 8,
           "attention": [], "preview_every": 0, "validate_every": 0}


def tell(word: str) -> None:
    """A line for the test."""
    print(word, flush=True)  # noqa: T201


class Telling(MainWindow):
    """Starts a training that takes far longer than the test. Signals: those of MainWindow."""

    def __init__(self, home: Home, *, library: Library | None = None) -> None:
        super().__init__(home, autostart=False, library=library)
        self._told = False
        self.desk.queue.ready.connect(self._begin)
        self.desk.queue.job_changed.connect(self._changed)
        self.desk.queue.job_failed.connect(lambda _run, _why: os._exit(3))  # nobody waits for what cannot come

    def _begin(self) -> None:
        from engines.recipe import Recipe  # brings torch, which the window does not wait for

        self.desk.queue.submit(Recipe("train", OPTIONS))

    def _changed(self, run: str) -> None:
        job = self.desk.queue.job(run)
        if not self._told and job.state is State.RUNNING and job.done:
            self._told = True
            tell("running")

    def closeEvent(self, event: QCloseEvent) -> None:
        if STUCK:
            tell("closing")
            threading.Event().wait()
        super().closeEvent(event)


if __name__ == "__main__":
    app.MainWindow = Telling  # type: ignore[misc]
    sys.exit(main([]))
