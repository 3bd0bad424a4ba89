"""There and back: data to its noise along the probability-flow ODE, and from there to data again, as one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.denoiser import Denoiser
from engines.formula import Letter
from engines.inverse.inversion import inverted
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.samplers.base import Sampler, Step

FINEST = 0.01  # of the range of data of size 1, and so about one level of a picture of 8 bits


class RoundTrip(Sampler):
    """A sampler of the ODE that goes up a grid of N moves and down again; step N is the noise that was found.

    The way back may have another denoiser or other classes than the way there: those that a sampler is called
    with are for the way back. It can be resumed, and branched from, at every step of both ways.

    Args:
        inner: what makes the moves of both ways.
        there: the denoiser of the way there.
        known: class labels (B,) of the way there, or None.
    """

    title: ClassVar[str] = "There and back"
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta\frac{x}{\alpha} \approx \hat\epsilon\,\Delta\kappa,\quad \Delta\kappa > 0\,\text{ there},"
        r"\quad \Delta\kappa < 0\,\text{ back}",)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\kappa", "σ/α: the noise beside what is left of the data"),)
    source: ClassVar[str] = "Song, Meng & Ermon 2021, arXiv 2010.02502, section 4.3"

    inner: SkipValidation[Sampler]
    there: SkipValidation[Denoiser] = Field(exclude=True, repr=False)
    known: SkipValidation[Tensor | None] = Field(default=None, exclude=True, repr=False)

    def steps(self, times: Tensor) -> int:
        """The moves of both ways."""
        return 2 * self.inner.steps(times)

    def visited(self, times: Tensor) -> Tensor:
        """Up the grid, and down."""
        return torch.cat([times.flip(0), times[1:]])

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """Those of both ways from step `start` on, where one call of either denoiser is one."""
        up = times.flip(0)
        turn = self.inner.steps(times)
        return sum(self.inner.evaluations(grid, min(max(start - before, 0), turn))
                   for grid, before in ((up, 0), (times, turn)))

    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """The steps there, then those back."""
        turn, up = self.inner.steps(times), times.flip(0)
        calls = self.inner.evaluations(up) * self.there.calls(self.known)
        if start < turn:
            for step in inverted(self.inner, path, self.there, x, up, cond=self.known, start=start, past=past):
                x = step.x
                if step.index < turn:  # the last state of the way there is the first of the way back
                    yield replace(step, total=2 * turn)
            start, past = turn, ()
        for step in self.inner(path, denoiser, x, times, noise=noise, cond=cond, start=start - turn, past=past):
            yield replace(step, index=turn + step.index, total=2 * turn, nfe=calls + step.nfe)


def raised(path: Path, times: Tensor) -> Tensor:
    """A grid (N+1,) that ends at 0 with an end above it instead, where the ODE has a slope: at σ/α = `FINEST`.

    Data are taken to be states of that time as they are. A grid that is as fine before its end gets one at half of
    its last time.
    """
    end = torch.minimum(path.t_at_kappa(FINEST), times[-2] / 2)
    return torch.cat([times[:-1], end[None]])
