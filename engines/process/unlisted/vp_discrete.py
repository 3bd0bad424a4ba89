"""VP path through the noise levels of a discrete schedule, such as that of a model from elsewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Tensor

from engines.component import option
from engines.formula import Letter
from engines.process.chain import linear_betas
from engines.process.paths import Path

ROUNDING = 1e-6  # of a step: a time so close behind the end of a step is that end

Beta = Annotated[float, Field(gt=0, lt=1)]


class VPDiscrete(Path):
    """alpha-bar(n/N) is that of step n of a chain, exactly; between, its logarithm is linear in time.

    So the noise rate beta(t) is constant within a step, and all is in closed form: alpha-bar = exp(−∫ beta), as on
    the linear schedule. A network that was trained on steps k = 0 … N−1 knows t = (k+1)/N.
    """

    name: ClassVar[str] = "vp-discrete"
    title: ClassVar[str] = "Discrete schedule"
    short: ClassVar[str] = "VP-discrete"
    summary: ClassVar[str] = "The noise of each step of a chain, in steps of equal time."
    formula: ClassVar[tuple[str, ...]] = (r"\frac{\bar\alpha_{(i+1)/N}}{\bar\alpha_{i/N}} = 1 - \beta_i",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("i", "the number of the step, from 0"), Letter("N", "how many steps there are"),
        Letter(r"\beta_i", "the variance that step i adds"))
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, eq. 2 and 4"

    betas: tuple[Beta, ...] = option(tuple(float(beta) for beta in linear_betas()), title="Betas", symbol=r"\beta_i",
                                     min_length=2, max_length=10_000, advanced=True,
                                     help="Variance that each step adds.")

    def _step(self, t: Tensor) -> Tensor:
        """The step (0 … N−1) that holds each time; the end of a step belongs to it."""
        steps = len(self.betas)
        return ((t.detach() * steps - ROUNDING).ceil() - 1).clamp(0, steps - 1).long()

    def _beta(self, t: Tensor) -> Tensor:
        """The noise rate: what the step adds, in the 1/N of time that it takes."""
        _, added = _integrals(self.betas, t.device)
        return len(self.betas) * added[self._step(t)]

    def _integral(self, t: Tensor) -> Tensor:
        """∫ beta from 0 to t."""
        grown, added = _integrals(self.betas, t.device)
        step = self._step(t)
        return grown[step] + (t * len(self.betas) - step) * added[step]

    def alpha(self, t: Tensor) -> Tensor:
        """exp(−½ ∫ beta)."""
        return (-self._integral(t) / 2).exp()

    def sigma(self, t: Tensor) -> Tensor:
        """sqrt(1 − exp(−∫ beta)), without cancellation at small t."""
        return (-(-self._integral(t)).expm1()).sqrt()

    def scale(self, t: Tensor) -> Tensor:
        """Exactly 1."""
        return t.new_ones(t.shape)

    def dlog_alpha(self, t: Tensor) -> Tensor:
        """−beta(t)/2."""
        return -self._beta(t) / 2

    def diffusion2(self, t: Tensor) -> Tensor:
        """beta(t)."""
        return self._beta(t)

    def t_at(self, log_snr: Tensor) -> Tensor:
        """Where ∫ beta = −log alpha-bar: the step that reaches it, and how far into it."""
        wanted = (-log_snr).logaddexp(log_snr.new_zeros(()))  # log(1 + e^-l) = −log alpha-bar
        (grown, added), steps = _integrals(self.betas, wanted.device), len(self.betas)
        step = (torch.searchsorted(grown, wanted.detach().contiguous()) - 1).clamp(0, steps - 1)
        return (step + (wanted - grown[step]) / added[step]) / steps


# not kept in the path itself, where paths are compared by all that they hold
@lru_cache(maxsize=16)
def _integrals(betas: tuple[float, ...], device: torch.device) -> tuple[Tensor, Tensor]:
    """∫ beta at the ends of the steps, (N+1,) from 0, which is −log alpha-bar; and over each step, (N,): float64."""
    added = -torch.log1p(-torch.tensor(betas, dtype=torch.float64))
    grown = torch.cat([added.new_zeros(1), added.cumsum(0)])
    return grown.to(device), grown.diff().to(device)
