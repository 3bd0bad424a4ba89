"""The oracle: the exact denoiser of a Gaussian mixture, and of coordinates that are all alike, on any path."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.denoiser import Denoised, Denoiser
from engines.mixture import Mixture as Mixture  # the oracle is asked for with its mixture
from engines.mixture import gaussian as gaussian
from engines.mixture import rounds as rounds
from engines.process.paths import Path
from engines.process.shapes import expand


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


class IsotropicDenoiser(Denoiser):
    """The exact denoiser in any dimension of coordinates ½ N(−peak, spread²) + ½ N(peak, spread²), each for itself.

    With the peak at 0 that is N(0, spread² I); a mixture would turn matrices for nothing, and have 2^d components.
    Samplers are tried on it, and those that ask for a learned variance get β̃, as of data that are one point.
    """

    def __init__(self, spread: float, path: Path, peak: float = 0.0) -> None:
        self.spread, self.path, self.peak = spread, path, peak

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """gain·x, and where there are peaks the one that x is more likely of, less what of it is in gain·x."""
        del cond
        gain = expand(self.gain(t), x)
        if self.peak == 0:
            return Denoised(gain * x, share=torch.zeros_like(x))
        alpha, sigma = expand(self.path.alpha(t), x), expand(self.path.sigma(t), x)
        at = self.peak * (x * (alpha * self.peak / (alpha.square() * self.spread**2 + sigma.square()))).tanh()
        return Denoised(at + gain * (x - alpha * at), share=torch.zeros_like(x))

    def gain(self, t: Tensor) -> Tensor:
        """The factor of x at a time."""
        alpha, sigma = self.path.alpha(t), self.path.sigma(t)
        return alpha * self.spread**2 / (alpha.square() * self.spread**2 + sigma.square())
