"""From a move of the slider to painted pixels."""

from __future__ import annotations

import time
from statistics import median
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QCoreApplication

from workbench.bench.line import Comparison, Line, Settings
from workbench.bench.live import bench_window, generate
from workbench.window import MainWindow
from workbench.workspaces.images import Images

COUNT, STEPS, MOVES, LIMIT = 16, 1000, 300, 16.0


class Scrub(Line):
    """Jumps to steps all over a run of sixteen pictures."""

    name: ClassVar[str] = "scrub"
    about: ClassVar[str] = "From a move of the slider to painted pixels"

    def measure(self, settings: Settings) -> list[Comparison]:
        """One figure: the median over the moves."""
        del settings  # nothing is computed while it scrubs
        with bench_window() as window:
            generate(window, COUNT, STEPS)
            spent = moves(window, MOVES)
        note = f"{COUNT} pictures, {STEPS} steps; the slowest of {MOVES} moves took {max(spent):.0f} ms"
        return [Comparison("scrub to painted pixels, median", median(spent), LIMIT, 1.0, "ms", note)]


def moves(window: MainWindow, count: int) -> list[float]:
    """Milliseconds of each move to another step, all pending work of the window included."""
    stage, slider, spent = window.desk.stage, window.timeline.scrubber.slider, list[float]()
    # jumps in random order: neighbours would find the pictures in the processor's cache
    for index in np.random.default_rng(0).permutation(stage.last)[:count]:
        began = time.perf_counter()
        slider.go(int(index))
        QCoreApplication.processEvents()
        window.spaces.find(Images).canvas.repaint()
        spent.append((time.perf_counter() - began) * 1000)
    return spent
