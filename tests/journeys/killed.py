"""The real window in a program of its own: it opens a file, runs a task, and kills itself in the middle.

Usage: python -m tests.journeys.killed HOME PLAN, where PLAN is JSON: task, values (of its form), open (a file or
folder, "" for none), mark (steps that must be done before the end) and file (that the run must have written).
Exit code 3 when the run was over before it could be killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest

from tests.journeys.window import Window
from workbench.app import application
from workbench.home import Home
from workbench.library.records import State
from workbench.running import recorder


class Victim(QObject):
    """Presses Run, Pause and Go on in a window, and ends it without a word. It has no signals.

    Args:
        window: with its engine not started.
        plan: see the module.
    """

    def __init__(self, window: Window, plan: dict[str, Any]) -> None:
        super().__init__(window)
        self._window, self._plan = window, plan
        self._run, self._rested = "", 0  # 0 before the pause, 1 while it lasts, 2 after it
        queue = window.desk.queue
        queue.ready.connect(lambda: QTimer.singleShot(0, self, self._begin))
        queue.job_changed.connect(self._changed)
        queue.job_finished.connect(lambda _run: os._exit(3))

    def _begin(self) -> None:
        """Open, fill in, press Run."""
        window, task = self._window, self._plan["task"]
        if self._plan["open"]:
            window.drop.open(Path(self._plan["open"]))
        if task == "inpaint":
            mask = np.zeros((28, 28), np.float32)
            mask[8:20, 8:20] = 1
            window.images.input.set_mask(mask)
        window.navigator.choose_task(task)
        window.panel.forms[task].set_values(self._plan["values"])
        window.panel.changed.emit()
        QTest.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
        self._run = window.desk.queue.alive()[0].id

    def _changed(self, run: str) -> None:
        """Pause once, go on, and die when there is something to lose."""
        queue, window = self._window.desk.queue, self._window
        job = queue.job(run)
        if job.state is State.RUNNING and self._rested == 0 and job.done >= 3:
            self._rested = 1
            QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        elif job.state is State.PAUSED and self._rested == 1:
            self._rested = 2
            QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        elif job.state is State.RUNNING and self._rested == 2 and job.done >= self._plan["mark"]:
            written = window.desk.library.home.run_folder(run) / self._plan["file"]
            if written.exists():
                os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def main(root: str, plan: str) -> int:
    """Open the window and stay until it is killed."""
    recorder.BEAT = 0.1  # so that there is a point to resume from before a short run is over
    app = application()
    window = Window(Home(Path(root)), autostart=False)
    Victim(window, json.loads(plan))
    window.show()
    QTimer.singleShot(0, window, window.start)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
