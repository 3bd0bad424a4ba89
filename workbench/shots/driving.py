"""Driving the window from a program: filling forms, running them and waiting, with the window alive meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QThread
from PySide6.QtWidgets import QWidget

from engines.errors import WorkbenchError
from widgets.drawing.theme import DARK, LIGHT, Theme
from workbench.library.records import State
from workbench.window import MainWindow

PATIENCE = 600.0  # s; a slow machine takes minutes for the training scene
SIZES = ((1280, 800), (1440, 900), (1920, 1080))


def itself(window: MainWindow) -> QWidget:
    """All of the window."""
    return window


@dataclass(frozen=True, slots=True)
class Scene:
    """Something worth a picture.

    name: of its files; make: brings the window there, from wherever it is; themes, sizes: in which it is photographed;
    subject: what is photographed of the window; filmed: whether a film of its steps is made too.
    """

    name: str
    make: Callable[[MainWindow], object]
    themes: tuple[Theme, ...] = (DARK, LIGHT)
    sizes: tuple[tuple[int, int], ...] = SIZES
    subject: Callable[[MainWindow], QWidget] = itself
    filmed: bool = False

    @property
    def files(self) -> int:
        """How many it makes."""
        return len(self.themes) * len(self.sizes) + self.filmed


class Stopped(Exception):
    """The user wants no further pictures."""


def never() -> bool:
    """Nobody stops it."""
    return False


# asked in every round of events: the waits are deep inside of the scenes
STOP: ContextVar[Callable[[], bool]] = ContextVar("stop", default=never)


def settle(seconds: float = 0.4) -> None:
    """Let the window draw what it has."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        _beat()


def wait(until: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Keep the window alive until something is so; raises WorkbenchError after `patience` seconds."""
    end = time.monotonic() + patience
    while not until():
        if time.monotonic() > end:
            raise WorkbenchError(f"Nothing happened for {patience:.0f} s; look at the reports and try again.")
        _beat()


def _beat() -> None:
    """One round of events, then a rest: asking without pause would starve the engine thread. Raises Stopped."""
    if STOP.get()():
        raise Stopped
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    # what is to be deleted later goes when control returns to an event loop, and there is none here
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QThread.msleep(5)


def run(window: MainWindow, task: str, values: dict[str, Any]) -> None:
    """Fill a form, run it and wait for its end."""
    start(window, task, values)
    finished(window)


def start(window: MainWindow, task: str, values: dict[str, Any]) -> str:
    """Fill a form and put it into the queue; returns the job, raises WorkbenchError when it did not start."""
    window.navigator.choose_task(task)
    form = window.panel.form
    if form is None:
        raise WorkbenchError(f"The task {task} has no form; install the program again.")
    window.panel.put(form, values)
    job = window.runs.start()
    if job is None:
        raise WorkbenchError(window.bar.sentence or f"The task {task} did not start; try again.")
    return job.id


def finished(window: MainWindow) -> None:
    """Wait until the queue is empty and the canvas shows the end."""
    wait(lambda: not window.desk.queue.alive())
    failed = [job for job in window.desk.queue.jobs() if job.state is State.FAILED]
    if failed:
        raise WorkbenchError(failed[-1].sentence)
    settle()
