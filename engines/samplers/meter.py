"""What a run really costs where a call of its denoiser costs less at some times than at others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from engines.denoiser import Denoised, Denoiser
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.samplers.base import Sampler, Step


class Meter(Denoiser):
    """A denoiser that notes the times at which it is asked.

    Unlike all others it keeps something of its calls, so one belongs to one walk.
    """

    def __init__(self, inner: Denoiser, cond: Tensor | None) -> None:
        self.inner, self.cond = inner, cond
        self.asked: list[Tensor] = []

    def calls(self, cond: Tensor | None = None) -> int:
        """The most that one costs."""
        return self.inner.calls(cond)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """What the denoiser says."""
        self.asked.append(t)
        return self.inner.denoise(x, t, cond)

    def spared(self, calls: int, recalled: int = 0) -> int:
        """What so many calls, behind `recalled` others, cost less than the most; then all that are noted are forgotten.

        What is asked beyond those that a sampler counts is asked for show.
        """
        counted, self.asked = self.asked[recalled:recalled + calls], []
        return sum(self.inner.calls(self.cond) - self.inner.calls_at(t, self.cond) for t in counted)


class _Silent(Denoiser):
    """Says nothing at all, for the times at which it is asked."""

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        return Denoised(torch.zeros_like(x), share=torch.zeros_like(x))


def metered(walk: Iterator[Step], meter: Meter, counted: int, spared: int, recalled: int = 0) -> Iterator[Step]:
    """The steps of a walk by that meter, with the evaluations that were made as their `nfe`.

    A sampler counts every call at the most that it can cost.

    Args:
        counted, spared: what the sampler counts for the moves before the first step, and what they cost less.
        recalled: calls at the first step that the sampler does not count, as it made them in the run it goes on with.
    """
    most = meter.calls(meter.cond)
    for step in walk:
        spared += meter.spared((step.nfe - counted) // most, recalled)
        counted, recalled = step.nfe, 0
        yield replace(step, nfe=step.nfe - spared)


def spared_before(sampler: Sampler, path: Path, times: Tensor, denoiser: Denoiser, shape: tuple[int, ...],
                  cond: Tensor | None, *indices: int) -> tuple[int, ...]:
    """How much less than the most all moves before each of some steps cost; index steps+1 asks for the whole run.

    The sampler walks a denoiser that says nothing, for the times at which it asks. 0 for one whose number of calls
    depends on what it is told, and for a denoiser whose calls all cost the same.

    Args:
        sampler, path, times, denoiser: of the run; times (N+1,).
        shape: of one sample.
        cond: labels (B,), or None.
        indices: of steps.
    """
    if sampler.adaptive or not denoiser.varies or not any(indices):
        return (0,) * len(indices)
    noise, meter = Noise((0,), shape), Meter(_Silent(), None)
    most, counted, found = denoiser.calls(cond), 0, [0]
    for step in sampler(path, meter, path.initial(noise.initial()), times, noise=noise):
        asked, meter.asked = meter.asked[:step.nfe - counted], []
        found.append(found[-1] + sum(most - denoiser.calls_at(t, cond) for t in asked))
        counted = step.nfe
    return tuple(found[index] for index in indices)
