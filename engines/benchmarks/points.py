"""How long a run of points takes as a user makes it: the task itself, every step recorded."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

from engines.context import Context
from engines.data.points.mixtures import Ring
from engines.device import device
from engines.errors import WorkbenchError
from engines.events import Opened, Stepped
from engines.tasks.sample_points import SamplePoints, SamplePointsOptions
from engines.threads import use_threads
from engines.trajectory import Trajectory


class PointsRun:
    """Points walked by the exact denoiser of a ring of Gaussians.

    Args:
        steps, points, modes: size of the run.
        count: of threads to compute with.
    """

    def __init__(self, steps: int, points: int, modes: int, count: int) -> None:
        use_threads(count)
        self._options = SamplePointsOptions(data=Ring(modes=modes), steps=steps, count=points)

    def seconds(self) -> float:
        """One run from its options to its last recorded step; raises WorkbenchError where one is missing."""
        trajectory = None
        began = time.perf_counter()
        for event in SamplePoints().run(self._options, Context(device("cpu"), Path())):
            if isinstance(event, Opened):
                trajectory = Trajectory(event.shape, event.total)
            elif isinstance(event, Stepped) and trajectory is not None:
                trajectory.append(event.step, event.curves)
        spent = time.perf_counter() - began
        if trajectory is None:
            raise WorkbenchError("The run of points made no steps; run “main.py check”.")
        with closing(trajectory):
            if not trajectory.complete:
                raise WorkbenchError(f"The run of points ended at step {trajectory.last}; run “main.py check”.")
        return spent
