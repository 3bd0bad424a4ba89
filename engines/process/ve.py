"""VE path: noise is added and the data stay as they are (Song et al. 2021)."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.formula import Letter
from engines.process.paths import Path


class VE(Path):
    """alpha = 1 and sigma² = a²((b/a)^{2t} − 1): geometric, but for starting at 0 noise where the data are.

    The paper's marginals begin at sigma = a, an amount that cannot be seen; those of its own SDE begun at the
    data are these, a² less everywhere, so that t = 0 is the data here as on every other path.
    """

    name: ClassVar[str] = "ve"
    title: ClassVar[str] = "Variance exploding"
    short: ClassVar[str] = "VE"
    summary: ClassVar[str] = "Noise is added until it drowns the data, which are never shrunk."
    formula: ClassVar[tuple[str, ...]] = (
        r"\alpha_t = 1",
        r"\sigma_t^2 = \sigma_{\min}^2\left(\left(\frac{\sigma_{\max}}{\sigma_{\min}}\right)^{2t} - 1\right)")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\sigma_{\min}", "the noise below which nothing is seen"), Letter(r"\sigma_{\max}", "the most noise"))
    source: ClassVar[str] = "Song et al. 2021, arXiv 2011.13456, eq. 30 and 31"

    # the paper's 0.01 and 50 are for data in [0, 1]; here they are in [−1, 1], twice as wide
    sigma_min: float = option(0.02, title="Sigma min", symbol=r"\sigma_{\min}", ge=1e-4, le=0.5, advanced=True,
                              help="Noise that is too faint to be seen: below it the steps get no finer.")
    sigma_max: float = option(100.0, title="Sigma max", symbol=r"\sigma_{\max}", ge=10, le=1e4,
                              help="Noise where sampling starts; choose as much as the data are apart.")

    @property
    def _rate(self) -> float:
        """Growth of log sigma per unit of time, for times of visible noise."""
        return math.log(self.sigma_max / self.sigma_min)

    def alpha(self, t: Tensor) -> Tensor:
        """1."""
        # a tensor that hangs on t, so that its derivative exists and is 0
        return torch.ones_like(t) + 0 * t

    def sigma(self, t: Tensor) -> Tensor:
        """a·sqrt((b/a)^{2t} − 1), without cancellation at small t."""
        return self.sigma_min * (2 * self._rate * t).expm1().sqrt()

    def dlog_alpha(self, t: Tensor) -> Tensor:
        """0: no drift."""
        return torch.zeros_like(t)

    def diffusion2(self, t: Tensor) -> Tensor:
        """d/dt sigma²."""
        return 2 * self._rate * self.sigma_min**2 * (2 * self._rate * t).exp()

    def t_at(self, log_snr: Tensor) -> Tensor:
        """log(1 + sigma²/a²) over twice the rate."""
        # in logarithms: log(sigma²/a²) is −log_snr − 2 log a
        ratio = -log_snr - 2 * math.log(self.sigma_min)
        return ratio.logaddexp(log_snr.new_zeros(())) / (2 * self._rate)
