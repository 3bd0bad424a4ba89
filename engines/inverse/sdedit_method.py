"""SDEdit (Meng et al. 2022) as a method: noise what the measurement says of a picture, and sample on from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.component import option
from engines.denoiser import Denoiser
from engines.formula import Letter, Term
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.ddnm import UNIT
from engines.inverse.sdedit import first_move
from engines.operators.base import SIGMA_Y
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.shapes import expand, norms
from engines.samplers.base import Sampler, Step


class SDEdit(InverseMethod):
    """x_t = alpha·A⁺y + sigma·eps at the strength's time, and from there as if nothing were known.

    Of a noisy measurement A⁺ is taken for Aᵀ(A Aᵀ + sigma_y² I)⁻¹, which does not magnify the noise.
    """

    name: ClassVar[str] = "sdedit"
    title: ClassVar[str] = "SDEdit"
    summary: ClassVar[str] = "Noises what the measurement shows up to a strength and lets the model make it its own."
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{at first: } \Delta x = \term{likelihood}{\alpha_s A^\top\left(A A^\top + \sigma_y^2 I\right)^{-1}y} "
        r"+ \term{prior}{\left(\frac{\sigma_s}{\sigma_t} - 1\right)x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("likelihood", "What the measurement shows"))
    letters: ClassVar[tuple[Letter, ...]] = (SIGMA_Y, UNIT)
    source: ClassVar[str] = "Meng et al. 2022, arXiv 2108.01073, algorithm 1"

    differentiates: ClassVar[bool] = False
    noises: ClassVar[bool] = True

    strength: float = option(0.5, title="Edit strength", ge=0, le=1, widget="slider",
                             help="Share of the path’s time that is noised: 0 keeps what the measurement shows, 1 "
                                  "keeps next to nothing of it.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The denoiser as it is, and the later part of the sampler's walk."""
        return denoiser, Joining(path=path, inner=sampler, measurement=measurement, strength=self.strength)

    def evaluations(self, path: Path, sampler: Sampler, times: Tensor) -> int:
        """Those of the sampler that are left from the strength's time on."""
        return sampler.evaluations(times, first_move(path, times, self.strength))


class Joining(Sampler):
    """Step 0 takes the starting noise, made smaller and with A⁺y under it, to the strength's time; then the sampler.

    The noise is that of a run from pure noise, so that at strength 1 the result is nearly that run's.
    """

    title: ClassVar[str] = SDEdit.title
    remembers: ClassVar[int] = 3  # as many as any sampler needs; each takes what it needs of them

    path: SkipValidation[Path] = Field(exclude=True, repr=False)
    inner: SkipValidation[Sampler]
    measurement: SkipValidation[Measurement] = Field(exclude=True, repr=False)
    strength: float

    def _first(self, times: Tensor) -> int:
        """The sampler's step at which it takes over."""
        return first_move(self.path, times, self.strength)

    def steps(self, times: Tensor) -> int:
        """Those that are left of the sampler's, and the move to where they begin."""
        return self.inner.steps(times) - self._first(times) + 1

    def visited(self, times: Tensor) -> Tensor:
        """Where the times begin, and those of the sampler that are left."""
        return torch.cat([times[:1], self.inner.visited(times)[self._first(times):]])

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """The sampler's from where it takes over."""
        return self.inner.evaluations(times, self._first(times) + max(0, start - 1))

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """The join, and what the sampler does from there."""
        first, total = self._first(times), self.steps(times)
        if start == 0:
            least = self.measurement.tikhonov(x)
            shown = expand(path.alpha(times[first]), x) * least
            # not by what is taken off: a large sigma would leave its rounding
            smaller = expand(path.sigma(times[first]) / path.sigma(times[0]), x) * x
            terms = {"prior": norms(smaller - x), "likelihood": norms(shown),
                     "noise": torch.zeros(len(x), dtype=torch.float64)}
            yield Step(0, total, float(times[0]), x, least, 0, terms, {"likelihood": shown})
            x = smaller + shown
        before = (self.inner.evaluations(times) - self.inner.evaluations(times, first)) * denoiser.calls(cond)
        begun = max(0, start - 1)  # of the sampler's own steps; the join is no past of theirs
        for step in self.inner(path, denoiser, x, times, noise=noise, cond=cond, start=first + begun,
                               past=tuple(past)[:begun]):
            nothing = torch.zeros_like(x)
            deltas = {**step.deltas, "likelihood": step.deltas.get("likelihood", nothing)}
            terms = {**step.terms, "likelihood": norms(deltas["likelihood"])} if step.terms else step.terms
            yield replace(step, index=step.index - first + 1, total=total, nfe=step.nfe - before, terms=terms,
                          deltas=deltas if step.terms else step.deltas)
