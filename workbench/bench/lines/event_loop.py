"""How long the window keeps a user waiting while a model trains."""

from __future__ import annotations

import time
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, QTimer

from engines.errors import WorkbenchError
from workbench.bench.line import Comparison, Line, Settings
from workbench.bench.live import bench_window
from workbench.library.records import State
from workbench.shots.driving import settle, start, wait
from workbench.window import MainWindow

TICK, REPAINT, SECONDS = 5, 33, 15.0  # ms, ms, s
USUAL, WORST = 33.0, 150.0  # ms
TRAINING = {"name": "bench", "steps": 100_000, "batch": 32, "preview_every": 200, "validate_every": 200}


class EventLoop(Line):
    """A 5 ms timer beside a training run and a whole window painted at 30 Hz."""

    name: ClassVar[str] = "event loop"
    about: ClassVar[str] = "How late a 5 ms timer fires while a model trains and the window is painted at 30 Hz"

    def measure(self, settings: Settings) -> list[Comparison]:
        """Two figures: the 99th percentile and the worst, each over its limit."""
        del settings  # the window chooses its threads itself
        with bench_window() as window:
            queue = window.desk.queue
            job = start(window, "train", TRAINING)
            # past the first steps, which import and allocate and are no part of the rhythm
            wait(lambda: queue.job(job).done >= 5 or not queue.job(job).state.alive)
            late = lateness(window, SECONDS)
            if not queue.job(job).state.alive:
                raise WorkbenchError("The training ended before the event loop was measured; try again.")
            queue.pause(job)
            wait(lambda: queue.job(job).state is not State.RUNNING)
        note = f"{len(late):,} ticks in {SECONDS:.0f} s"
        return [Comparison("event loop while training, p99", float(np.percentile(late, 99)), USUAL, 1.0, "ms", note),
                Comparison("event loop while training, worst", float(late.max()), WORST, 1.0, "ms", note)]


def lateness(window: MainWindow, seconds: float) -> np.ndarray:
    """How late each tick of a 5 ms timer was, in milliseconds."""
    moments = list[float]()
    ticks, paints = QTimer(), QTimer()
    ticks.setTimerType(Qt.TimerType.PreciseTimer)
    ticks.timeout.connect(lambda: moments.append(time.perf_counter()))
    paints.timeout.connect(window.repaint)
    ticks.start(TICK)
    paints.start(REPAINT)
    settle(seconds)
    ticks.stop()
    paints.stop()
    if len(moments) < 2:
        raise WorkbenchError("The event loop stood still; close other programs and try again.")
    # what a tick came too late by; a timer that catches up early is not in credit
    return np.maximum(np.diff(moments) * 1000 - TICK, 0)
