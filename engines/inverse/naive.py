"""The naive way to fill a hole: sample as if nothing were known, and paste what is known on at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.denoiser import Denoiser
from engines.formula import Letter, Term
from engines.inverse.base import InverseMethod, Measurement
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.shapes import norms
from engines.samplers.base import Sampler, Step


class Naive(InverseMethod):
    """A sample of the prior, of which the known pixels are replaced: what the others are compared with.

    The hole knows nothing of what is around it, which `seam_error` measures.
    """

    name: ClassVar[str] = "naive"
    title: ClassVar[str] = "Naive paste"
    short: ClassVar[str] = "the naive paste"
    summary: ClassVar[str] = "Samples as if nothing were known and pastes the known pixels on: fails at the seam."
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{at last: } \Delta x = \term{likelihood}{w \odot \left(y - x_0\right)}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Known pixels"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("w", "the mask: 1 where the picture is known, 0 in the hole"),)
    source: ClassVar[str] = "what RePaint (Lugmayr et al. 2022) is compared with"

    differentiates: ClassVar[bool] = False
    pixels: ClassVar[bool] = True

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The denoiser as it is, and the sampler with one move more."""
        del path
        return denoiser, Pasting(inner=sampler, measurement=measurement)


class Pasting(Sampler):
    """A sampler's own walk, and a last move at t = 0 that pastes what is known; with it the Steps are one more."""

    title: ClassVar[str] = Naive.title
    remembers: ClassVar[int] = 3  # as many as any sampler needs; each takes what it needs of them

    inner: SkipValidation[Sampler]
    measurement: SkipValidation[Measurement] = Field(exclude=True, repr=False)

    def steps(self, times: Tensor) -> int:
        """One more than those of the sampler."""
        return self.inner.steps(times) + 1

    def visited(self, times: Tensor) -> Tensor:
        """The end twice."""
        return torch.cat([self.inner.visited(times), times[-1:]])

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """The sampler's."""
        return self.inner.evaluations(times, min(start, self.inner.steps(times)))

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """All that the sampler does, and the paste."""
        total = self.steps(times)
        if start == total:
            yield Step(total, total, float(times[-1]), x, x, self.evaluations(times) * denoiser.calls(cond))
            return
        inner = self.inner(path, denoiser, x, times, noise=noise, cond=cond, start=start, past=past)
        for step in inner:
            pasted = self.measurement.composite(step.x) if step.index == total - 1 else step.x
            yield _with(step, pasted - step.x, total)
            if step.index == total - 1:
                yield Step(total, total, float(times[-1]), pasted, pasted, step.nfe)


def _with(step: Step, change: Tensor, total: int) -> Step:
    """A step of the sampler's with the term of the paste, which is 0 for all but the last."""
    deltas = {**step.deltas, "likelihood": step.deltas.get("likelihood", 0) + change}
    nothing = torch.zeros(len(change), dtype=torch.float64)
    terms = {"prior": nothing, "noise": nothing, **step.terms, "likelihood": norms(deltas["likelihood"])}
    return replace(step, total=total, deltas=deltas, terms=terms)
