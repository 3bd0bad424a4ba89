"""Samples of the bundled digits, timed batch by batch, and how far all of them are from real digits."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as Folder

import numpy as np
import torch

from engines.benchmarks.peer_folder import Array, Loop, export
from engines.benchmarks.sampling import DIGITS, compile_digits, compute_of, timed_plan
from engines.checkpoint import load_model
from engines.data.digits import digits
from engines.device import device
from engines.inference.accelerator import Accelerator, Compute
from engines.metrics.classifier import bundled_classifier, look
from engines.metrics.frechet import frechet
from engines.process.paths import Path
from engines.samplers.base import Sampler
from engines.tasks.generate import TOGETHER
from engines.threads import use_threads


class OurBatches:
    """Our sampler on one batch of digits after the other.

    Args:
        sampler, steps: how they are sampled, in equal steps of time.
        total, batch: how many in all and at once.
        count: of threads to compute with; the peer is told the same.
        say: told that the network is being compiled, which the window does in the background.
    """

    def __init__(self, sampler: Sampler, steps: int, total: int, batch: int, count: int,
                 say: Callable[[str], object]) -> None:
        use_threads(count)
        self._accelerator = Accelerator()
        compile_digits(self._accelerator, say)
        self._plan, self._batch = timed_plan(steps, total, self._accelerator, sampler), batch

    @property
    def path(self) -> Path:
        """That of the model."""
        return self._plan.path

    @property
    def compute(self) -> Compute:
        """How the network is evaluated."""
        return compute_of(self._accelerator)

    def close(self) -> None:
        """End the threads."""
        self._accelerator.close()

    def sample(self, first: int) -> tuple[Array, float]:
        """The images of a batch that begins with sample `first`, and the seconds they took, start noise and all.

        No more of them are in the network at once than in a run of the program.
        """
        last, made, began = first + self._batch, list[Array](), time.perf_counter()
        for start in range(first, last, TOGETHER):
            made.append(self._part(slice(start, min(start + TOGETHER, last))))
        return np.concatenate(made), time.perf_counter() - began

    def _part(self, which: slice) -> Array:
        plan, cond = self._plan, torch.tensor(self._plan.labels[which])
        noise = replace(plan.noise, seeds=plan.noise.seeds[which])
        x = plan.path.initial(noise.initial())
        for step in plan.sampler(plan.path, plan.denoiser, x, plan.times, noise=noise, cond=cond):
            x = step.x
        return x.numpy()

    def export(self, folder: Folder, loops: Mapping[str, Loop]) -> None:
        """Write what diffusers needs to sample from the same noise, for the same classes."""
        export(folder, load_model(DIGITS, device("cpu")), self._plan.noise.initial(), self._plan.labels, self._batch,
               loops)


@dataclass(frozen=True, slots=True)
class Quality:
    """A Fréchet distance to the training digits, and what it is without each batch in turn (parts,)."""

    distance: float
    without: Array

    def error(self, other: Quality | None = None) -> float:
        """Its standard error, or that of its difference to another of the same starts: the jackknife over batches.

        Efron & Stein 1981, eq. 1.4. Samplers that begin at the same noise err alike, so that a difference is known
        better than each of the two.
        """
        values = self.without - other.without if other is not None else self.without
        return float(np.sqrt((len(values) - 1) * values.var()))


class Judge:
    """Measures samples in the features of the bundled classifier, as the task “evaluate” does."""

    def __init__(self) -> None:
        data = digits()
        self._network = bundled_classifier()
        self._known = look(self._network, data.batch(data.train)[0]).features

    def quality(self, batches: Sequence[Array]) -> Quality:
        """That of at least three batches (B, 1, 28, 28) of equal size."""
        seen = [look(self._network, torch.as_tensor(batch).clamp(-1, 1)).features for batch in batches]
        without = [np.concatenate(seen[:k] + seen[k + 1:]) for k in range(len(seen))]
        return Quality(frechet(np.concatenate(seen), self._known),
                       np.array([frechet(features, self._known) for features in without]))
