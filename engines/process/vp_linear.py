"""VP path with linear beta(t) (DDPM, Ho et al. 2020; Song et al. 2021, appendix C)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.process.linear_beta import LinearBeta


class VPLinear(LinearBeta):
    """beta(t) = b0 + t·(b1 − b0); the continuous limit of DDPM's 1e-4 → 0.02 over 1,000 steps."""

    name: ClassVar[str] = "vp-linear"
    title: ClassVar[str] = "Linear schedule"
    short: ClassVar[str] = "VP-linear"
    summary: ClassVar[str] = "The schedule of DDPM: noise power grows linearly in time."
    formula: ClassVar[tuple[str, ...]] = (
        r"\bar\alpha_t = \exp\left(-\frac{t^2}{2}(\beta_1-\beta_0) - t\beta_0\right)",)
    source: ClassVar[str] = "Song et al. 2021, arXiv 2011.13456, eq. 32 and 33"

    def sigma(self, t: Tensor) -> Tensor:
        """sqrt(1 − exp(−∫ beta)), without cancellation at small t."""
        return (-(-self._integral(t)).expm1()).sqrt()

    def scale(self, t: Tensor) -> Tensor:
        """Exactly 1."""
        return t.new_ones(t.shape)

    def diffusion2(self, t: Tensor) -> Tensor:
        """beta(t)."""
        return self._beta(t)

    def t_at(self, log_snr: Tensor) -> Tensor:
        """Where ∫ beta = −log alpha-bar."""
        return self._t_of((-log_snr).logaddexp(log_snr.new_zeros(())))  # log(1 + e^-l) = −log alpha-bar
