"""What paths driven by a noise rate beta(t) that grows linearly in time have in common."""

from __future__ import annotations

from torch import Tensor

from engines.component import option
from engines.process.paths import Path


class LinearBeta(Path):
    """beta(t) = b0 + t·(b1 − b0) with the drift −½ beta(t) x, which gives alpha = exp(−½ ∫ beta).

    A subclass adds the noise.
    """

    # defaults: 1,000 times DDPM's beta of one step (1e-4 and 0.02), since time runs to 1 here
    # the ranges do not meet, so beta always grows and the quadratic of `_t_of` is one
    beta_min: float = option(0.1, title="Beta min", symbol=r"\beta_0", gt=0, le=5,
                             help="Noise rate at the data end.")
    beta_max: float = option(20.0, title="Beta max", symbol=r"\beta_1", gt=5, le=100,
                             help="Noise rate at the noise end.")

    def _beta(self, t: Tensor) -> Tensor:
        return self.beta_min + t * (self.beta_max - self.beta_min)

    def _integral(self, t: Tensor) -> Tensor:
        """∫ beta from 0 to t."""
        return t * self.beta_min + t.square() * (self.beta_max - self.beta_min) / 2

    def _t_of(self, integral: Tensor) -> Tensor:
        """Inverse of `_integral`: the positive root of a quadratic."""
        slope = self.beta_max - self.beta_min
        # the root is written with the sum below, not a difference above: exact for small t
        return 2 * integral / (self.beta_min + (self.beta_min**2 + 2 * slope * integral).sqrt())

    def alpha(self, t: Tensor) -> Tensor:
        """exp(−½ ∫ beta)."""
        return (-self._integral(t) / 2).exp()

    def dlog_alpha(self, t: Tensor) -> Tensor:
        """−beta(t)/2."""
        return -self._beta(t) / 2
