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

    A class label picks that component; NO_CLASS means the whole mixture. States of any device: it is computed in
    float64 on the CPU, as not every device has float64, and what is found goes back to the device of x.
    """

    def __init__(self, mixture: Mixture, path: Path) -> None:
        self.mixture = mixture
        self.path = path

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """E[x0 | x_t = x], exactly."""
        exact = self.mixture.denoise(*self._asked(x, t, cond))
        return Denoised(exact.reshape(x.shape).to(x.dtype).to(x.device))

    def trace(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """The trace of ∂E[x0 | x_t = x]/∂x at each state x (B, …): (B,) float64 on the CPU, exactly."""
        return self.mixture.trace(*self._asked(x, t, cond))

    def _asked(self, x: Tensor, t: Tensor, cond: Tensor | None) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """States (B, d), alpha, sigma and labels as the mixture takes them."""
        t = t.cpu()
        return x.flatten(1).cpu(), self.path.alpha(t), self.path.sigma(t), None if cond is None else cond.cpu()
