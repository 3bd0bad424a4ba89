"""Tikhonov regularisation and the pseudo-inverse: the nearest sample to a mean that fits a measurement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.component import option
from engines.denoiser import Denoiser
from engines.formula import Letter, Term
from engines.inverse.base import InverseMethod, Measurement
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.shapes import norms
from engines.samplers.base import Sampler, Step


class Tikhonov(InverseMethod):
    """z = argmin ‖A z − y‖² + λ ‖z − m‖²; for λ = 0 the limit m + A⁺(y − A m), and A⁺y where m is 0.

    With the prior N(m, s² I) and λ = σ_y²/s² it is the mean of the posterior, and its most likely value.
    """

    name: ClassVar[str] = "tikhonov"
    title: ClassVar[str] = "Tikhonov, pseudo-inverse"
    short: ClassVar[str] = "Tikhonov"
    summary: ClassVar[str] = "The sample nearest to grey that fits the measurement: a baseline without the model."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{likelihood}{\bar x + A^\top\left(A A^\top + \lambda_2 I\right)^{-1}"
        r"\left(y - A\bar x\right) - x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Least squares"),)
    letters: ClassVar[tuple[Letter, ...]] = (Letter("I", "the covariance that is 1 in every direction"),)
    source: ClassVar[str] = "Tikhonov 1963; Engl, Hanke & Neubauer 1996, section 5"

    differentiates: ClassVar[bool] = False
    walks: ClassVar[bool] = True
    linear: ClassVar[bool] = True

    # sigma_y²/s² for noise of 0.1 and data that are spread by 0.5 around the mean
    weight: float = option(0.04, title="Weight of the mean", symbol=r"\lambda_2", ge=0, le=1000, widget="log-slider",
                           zero="pseudo-inverse",
                           help="How much the distance to the mean counts beside the misfit; the variance of the "
                                "noise over that of the data is right for Gaussian data, and 0 fits y alone.")
    mean: float = option(0.0, title="Mean", symbol=r"\bar x", ge=-10, le=10, advanced=True,
                         help="What every number of the data is expected to be; 0 is mid grey.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The denoiser, which nothing will ask, and a sampler of one move; raises BadInput for a non-linear A."""
        del path, sampler
        measurement.linear  # noqa: B018 (it refuses here, and not within a run)
        return denoiser, Solving(measurement=measurement, weight=self.weight, mean=self.mean)

    def evaluations(self, path: Path, sampler: Sampler, times: Tensor) -> int:
        """None."""
        del path, sampler, times
        return 0


class Solving(Sampler):
    """One move, from whatever the state is to the solution; every sample of one measurement is the same."""

    title: ClassVar[str] = Tikhonov.title

    measurement: SkipValidation[Measurement] = Field(exclude=True, repr=False)
    weight: float
    mean: float

    def steps(self, times: Tensor) -> int:
        """One."""
        del times
        return 1

    def visited(self, times: Tensor) -> Tensor:
        """Where the times begin, and where they end."""
        return times[[0, -1]]

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """None."""
        del times, start
        return 0

    def solution(self, like: Tensor) -> Tensor:
        """z for a batch `like` (B, …)."""
        mean, linear, y = torch.full_like(like, self.mean), self.measurement.linear, self.measurement.y.to(like)
        if self.weight > 0:
            return linear.prox(mean, y, self.weight)
        return mean + linear.pinv(y - linear.forward(mean))

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """The state that is given, and the solution."""
        del path, denoiser, noise, cond, past
        if start == 0:
            found = self.solution(x)
            yield leap(x, found, 1, float(times[0]))
            x = found
        yield Step(1, 1, float(times[-1]), x, x, 0)


def leap(x: Tensor, to: Tensor, total: int, t: float) -> Step:
    """Step 0 of a run that does not begin with noise: one move by the measurement from there to its own start."""
    nothing = torch.zeros(len(x), dtype=torch.float64)
    return Step(0, total, t, x, to, 0, {"prior": nothing, "likelihood": norms(to - x), "noise": nothing},
                {"likelihood": to - x})
