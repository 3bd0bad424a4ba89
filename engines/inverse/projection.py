"""What lies off the data of a prior, brought back: as it is, then noised, then walked down from some strengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import torch
from pydantic import SkipValidation
from torch import Tensor

from engines.denoiser import Denoiser
from engines.inverse.staggered import Staggered
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.shapes import expand, norms
from engines.samplers.base import Sampler, Step


class Projection(Sampler):
    """Step 0 holds the data as they are, step 1 the same with the noise of the strongest; from there it is `inner`.

    So a run tells both from where each sample came and where it was brought.
    """

    title: ClassVar[str] = "Noised and brought back"
    remembers: ClassVar[int] = Staggered.remembers

    inner: SkipValidation[Staggered]

    @property
    def _first(self) -> int:
        """The step of the grid at which the strongest joins."""
        return min(self.inner.joins)

    def steps(self, times: Tensor) -> int:
        """Those from where the strongest joins, and the one that noises."""
        return self.inner.steps(times) - self._first + 1

    def visited(self, times: Tensor) -> Tensor:
        """The end of the grid, where there is no noise, and what is left of it."""
        return torch.cat([times[-1:], self.inner.visited(times)[self._first:]])

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """The sampler's, from where the strongest joins."""
        return self.inner.evaluations(times, self._first + max(0, start - 1))

    def calmer(self) -> str:
        """The sampler's."""
        return self.inner.calmer()

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """The data, and what the walk makes of them."""
        first, total, inner = self._first, self.steps(times), self.inner
        if start == 0:
            # as they are now: who branches from here may have moved them
            inner, begun, t = inner.model_copy(update={"data": x}), x, times[first]
            x = path.diffuse(begun, noise.initial().to(begun), t)
            kept = expand(path.alpha(t), begun) * begun
            terms = {"prior": norms(kept - begun), "noise": norms(x - kept)}
            yield Step(0, total, float(times[-1]), begun, begun, 0, terms, fresh=x - kept)
        before = (inner.evaluations(times) - inner.evaluations(times, first)) * denoiser.calls(cond)
        walked = max(0, start - 1)  # the noising is no past of what follows it
        for step in inner(path, denoiser, x, times, noise=noise, cond=cond, start=first + walked,
                          past=tuple(past)[:walked]):
            yield replace(step, index=step.index - first + 1, total=total, nfe=step.nfe - before)
