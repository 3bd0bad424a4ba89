"""Sub-VP path (Song et al. 2021, appendix B): the drift of the linear schedule, and less noise."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.process.linear_beta import LinearBeta


class SubVP(LinearBeta):
    """sigma = 1 − alpha-bar, the square of the linear schedule's: its variance stays below that one's at every time."""

    name: ClassVar[str] = "sub-vp"
    title: ClassVar[str] = "Sub-VP"
    short: ClassVar[str] = "sub-VP"
    summary: ClassVar[str] = "Loses data like the linear schedule and gains noise later: the least variance midway."
    formula: ClassVar[tuple[str, ...]] = (
        r"\bar\alpha_t = \exp\left(-\frac{t^2}{2}(\beta_1-\beta_0) - t\beta_0\right)",
        r"\sigma_t = 1 - \bar\alpha_t")
    source: ClassVar[str] = "Song et al. 2021, arXiv 2011.13456, eq. 28 and 29 (appendix B)"

    def sigma(self, t: Tensor) -> Tensor:
        """1 − exp(−∫ beta), without cancellation at small t."""
        return -(-self._integral(t)).expm1()

    def diffusion2(self, t: Tensor) -> Tensor:
        """beta(t)·(1 − exp(−2 ∫ beta))."""
        return -self._beta(t) * (-2 * self._integral(t)).expm1()

    def t_at(self, log_snr: Tensor) -> Tensor:
        """Where ∫ beta = 2 asinh(sigma/(2 alpha))."""
        # sigma/alpha = 1/alpha − alpha = 2 sinh(½ ∫ beta)
        return self._t_of(2 * ((-log_snr / 2).exp() / 2).asinh())
