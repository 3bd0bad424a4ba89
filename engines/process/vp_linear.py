"""VP path with linear beta(t) (DDPM, Ho et al. 2020; Song et al. 2021, appendix C)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.process.paths import Path


class VPLinear(Path):
    """beta(t) = b0 + t·(b1 − b0); the continuous limit of DDPM's 1e-4 → 0.02 over 1,000 steps."""

    name: ClassVar[str] = "vp-linear"
    title: ClassVar[str] = "Linear schedule"
    summary: ClassVar[str] = "The schedule of DDPM: noise power grows linearly in time."
    formula: ClassVar[tuple[str, ...]] = (
        r"\bar\alpha_t = \exp\left(-\frac{t^2}{2}(\beta_1-\beta_0) - t\beta_0\right)",)
    source: ClassVar[str] = "Song et al. 2021, arXiv 2011.13456, eq. 32 and 33"

    # defaults: 1,000 times DDPM's beta of one step (1e-4 and 0.02), since time runs to 1 here
    # the ranges do not meet, so beta always grows and the quadratic of `t_at` is one
    beta_min: float = option(0.1, title="Beta min", symbol=r"\beta_0", gt=0, le=5,
                             help="Noise rate at the data end.")
    beta_max: float = option(20.0, title="Beta max", symbol=r"\beta_1", gt=5, le=100,
                             help="Noise rate at the noise end.")

    def _integral(self, t: Tensor) -> Tensor:
        """∫ beta from 0 to t."""
        return t * self.beta_min + t.square() * (self.beta_max - self.beta_min) / 2

    def alpha(self, t: Tensor) -> Tensor:
        """exp(−½ ∫ beta)."""
        return (-self._integral(t) / 2).exp()

    def sigma(self, t: Tensor) -> Tensor:
        """sqrt(1 − exp(−∫ beta)), without cancellation at small t."""
        return (-(-self._integral(t)).expm1()).sqrt()

    def dlog_alpha(self, t: Tensor) -> Tensor:
        """−beta(t)/2."""
        return -self.diffusion2(t) / 2

    def diffusion2(self, t: Tensor) -> Tensor:
        """beta(t)."""
        return self.beta_min + t * (self.beta_max - self.beta_min)

    def t_at(self, log_snr: Tensor) -> Tensor:
        """The positive root of the quadratic ∫ beta = −log alpha-bar."""
        slope = self.beta_max - self.beta_min
        # the root is written with the sum below, not a difference above: exact for small t
        integral = (-log_snr).logaddexp(log_snr.new_zeros(()))  # log(1 + e^-l) = −log alpha-bar
        return 2 * integral / (self.beta_min + (self.beta_min**2 + 2 * slope * integral).sqrt())
