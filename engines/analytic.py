"""The oracle: the exact denoiser of a Gaussian mixture, on any path."""

from __future__ import annotations

from torch import Tensor

from engines.denoiser import Denoised, Denoiser
from engines.mixture import Mixture as Mixture  # the oracle is asked for with its mixture
from engines.mixture import gaussian as gaussian
from engines.mixture import rounds as rounds
from engines.process.paths import Path


class MixtureDenoiser(Denoiser):
    """The exact denoiser of a mixture on any path, for x of any trailing shape with d numbers.

    A class label picks that component; NO_CLASS means the whole mixture.
    """

    def __init__(self, mixture: Mixture, path: Path) -> None:
        self.mixture = mixture
        self.path = path

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """E[x0 | x_t = x], exactly."""
        exact = self.mixture.denoise(x.flatten(1), self.path.alpha(t), self.path.sigma(t), cond)
        return Denoised(exact.reshape(x.shape).to(x.dtype))

    def trace(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """The trace of ∂E[x0 | x_t = x]/∂x at each state x (B, …): (B,) float64, exactly."""
        return self.mixture.trace(x.flatten(1), self.path.alpha(t), self.path.sigma(t), cond)
