"""What recording and previewing every step costs over bare network calls."""

from __future__ import annotations

import time

import torch

from engines.benchmarks.sampling import timed_plan
from engines.events import Stepped
from engines.inference.accelerator import Accelerator
from engines.modalities.image import sheet
from engines.sampling import sample
from engines.threads import use_threads
from engines.trajectory import Trajectory

PREVIEW = 1 / 30


class Recording:
    """Seconds of one run with everything recorded, and of its network calls alone."""

    def __init__(self, steps: int, batch: int, count: int) -> None:
        use_threads(count)
        self._accelerator = Accelerator()
        self.plan = timed_plan(steps, batch, self._accelerator)

    def close(self) -> None:
        """End the threads."""
        self._accelerator.close()

    def recorded(self) -> float:
        """The driver, a trajectory, and a preview sheet thirty times a second."""
        plan = self.plan
        trajectory = Trajectory(plan.shape, len(plan.times) - 1)
        began = shown = time.perf_counter()
        for event in sample(plan):
            if isinstance(event, Stepped):
                trajectory.append(event.step, event.curves)
                # no more often than the window looks
                if time.perf_counter() - shown >= PREVIEW:
                    shown = time.perf_counter()
                    sheet(list(trajectory.x0(trajectory.last)), gap=1)
        spent = time.perf_counter() - began
        trajectory.close()
        return spent

    def sampler(self) -> float:
        """The sampler without anyone who looks at its steps."""
        plan = self.plan
        began = time.perf_counter()
        start = plan.path.initial(plan.noise.initial())
        for _ in plan.sampler(plan.path, plan.denoiser, start, plan.times, noise=plan.noise,
                              cond=torch.tensor(plan.labels)):
            pass
        return time.perf_counter() - began

    @torch.no_grad()
    def bare(self) -> float:
        """As many network calls at the same times, and nothing else."""
        plan, x, cond = self.plan, self.plan.noise.initial(), torch.tensor(self.plan.labels)
        began = time.perf_counter()
        for t in plan.times[:-1]:
            plan.denoiser(x, t, cond)
        return time.perf_counter() - began
