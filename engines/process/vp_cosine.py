"""VP path with a cosine schedule (Nichol & Dhariwal 2021)."""

from __future__ import annotations

import math
from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.process.paths import Path


class VPCosine(Path):
    """abar(t) = cos²(π/2·(t+δ)/(1+δ)) / cos²(π/2·δ/(1+δ)), used below t = 0.999 where alpha is not 0.

    The paper writes s for the offset δ; s is a time here.
    """

    name: ClassVar[str] = "vp-cosine"
    title: ClassVar[str] = "Cosine schedule"
    short: ClassVar[str] = "VP-cosine"
    summary: ClassVar[str] = "Noise grows slowly at both ends; the usual choice for small images."
    formula: ClassVar[tuple[str, ...]] = (
        r"\bar\alpha_t = \frac{\cos^2\left(\frac{t+\delta}{1+\delta}\frac{\pi}{2}\right)}"
        r"{\cos^2\left(\frac{\delta}{1+\delta}\frac{\pi}{2}\right)}",)
    source: ClassVar[str] = "Nichol & Dhariwal 2021, arXiv 2102.09672, eq. 17"

    # the paper's value: the first of 1,000 steps then adds a little less noise than one of 256 grey levels
    offset: float = option(0.008, title="Offset", symbol=r"\delta", ge=0, le=0.1, advanced=True,
                           help="Keeps the first steps from being too small.")

    @property
    def t_max(self) -> float:
        """One step of 1,000 below 1, where alpha would be 0 and x0 unknowable.

        The paper clips beta at 0.999 instead, so that its last step ends at alpha-bar 2e-9. That
        only keeps the last division finite; here alpha-bar is 2e-6, of which float32 loses nothing.
        """
        return 0.999

    @property
    def _rate(self) -> float:
        """Angle per unit of time."""
        return math.pi / 2 / (1 + self.offset)

    def _angle(self, t: Tensor) -> Tensor:
        return (t + self.offset) * self._rate

    def alpha(self, t: Tensor) -> Tensor:
        """cos of the angle over cos of the angle at t = 0."""
        return self._angle(t).cos() / math.cos(self.offset * self._rate)

    def sigma(self, t: Tensor) -> Tensor:
        """sqrt(1 − alpha²), without cancellation at small t."""
        # sin(a+b)·sin(a−b) = sin²a − sin²b: exact near t = 0, where 1 − alpha² cancels
        shift = self.offset * self._rate
        product = (self._angle(t) + shift).sin() * (t * self._rate).sin()
        return product.sqrt() / math.cos(shift)

    def scale(self, t: Tensor) -> Tensor:
        """Exactly 1."""
        return t.new_ones(t.shape)

    def dlog_alpha(self, t: Tensor) -> Tensor:
        """−(π/2)/(1+δ) · tan of the angle."""
        return -self._rate * self._angle(t).tan()

    def diffusion2(self, t: Tensor) -> Tensor:
        """g² = −2f, as for every variance-preserving path."""
        return -2 * self.dlog_alpha(t)

    def t_at(self, log_snr: Tensor) -> Tensor:
        """The angle whose squared cosine is the alpha-bar of that log-SNR."""
        # alpha² + sigma² = 1, so alpha-bar is the logistic function of log-SNR
        cosine = log_snr.sigmoid().sqrt() * math.cos(self.offset * self._rate)
        return (cosine.acos() / self._rate - self.offset).clamp(min=0)  # which rounding may take below the data
