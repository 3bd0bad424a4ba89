"""From a move of the slider to painted particles."""

from __future__ import annotations

import time
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QCoreApplication

from widgets.drawing.afterwards import afterwards
from workbench.bench.line import Comparison, Line, Settings
from workbench.bench.live import bench_window
from workbench.shots.driving import finished, start, wait
from workbench.window import MainWindow
from workbench.workspaces.points import Points

COUNT, STEPS, WARM, MOVES, LIMIT = 10_000, 500, 20, 400, 16.0


class PointsScrub(Line):
    """Jumps to steps all over a run of ten thousand points, with the layers that are shown at first."""

    name: ClassVar[str] = "points scrub"
    about: ClassVar[str] = "From a move of the slider to painted particles over their density"

    def measure(self, settings: Settings) -> list[Comparison]:
        """One figure: the worst of the moves."""
        del settings  # nothing is computed while it scrubs
        with bench_window() as window:
            start(window, "sample-points", {"count": COUNT, "steps": STEPS})
            finished(window)
            # the fields of the steps are made beside the window while nothing else is to do
            wait(lambda: not window.spaces.find(Points).subjects.store.busy)
            spent = moves(window, WARM + MOVES)[WARM:]
        frames, wholes = np.array(spent).T
        (usual, late), (rest, worst) = np.percentile(frames, (50, 99)), np.percentile(wholes, (50, 100))
        note = (f"{COUNT:,} points, {STEPS} steps; of {MOVES} moves half took {usual:.1f} ms, 99 % {late:.1f} ms; with "
                f"all figures, cursors and tables around it, painted after that, half {rest:.1f}, worst {worst:.1f} ms")
        return [Comparison("scrub of points, worst", float(frames.max()), LIMIT, 1.0, "ms", note)]


def moves(window: MainWindow, count: int) -> list[tuple[float, float]]:
    """Milliseconds of each move to another step: until the field is painted, and until nothing of it is left to do."""
    stage, slider, spent = window.desk.stage, window.timeline.scrubber.slider, list[tuple[float, float]]()
    (field,) = window.spaces.find(Points).field_page.fields
    # jumps in random order: neighbours would find their points in the processor's cache
    for index in np.random.default_rng(0).permutation(stage.last)[:count]:
        drawn, began = field.whole.drawn, time.perf_counter()
        slider.go(int(index))
        QCoreApplication.sendPostedEvents()
        painted = time.perf_counter()
        if field.whole.drawn == drawn:
            raise RuntimeError(f"The field was not painted at once at step {index}, and a later frame is not measured.")
        while afterwards().waiting:
            QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents()
        spent.append(((painted - began) * 1000, (time.perf_counter() - began) * 1000))
    return spent
