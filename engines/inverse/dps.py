"""Diffusion posterior sampling (Chung et al. 2023)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import Term, option
from engines.denoiser import Contribution, Denoiser
from engines.inverse.base import InverseMethod, Measurement
from engines.process.paths import Path
from engines.process.shapes import expand
from engines.samplers.base import Sampler


class DPS(InverseMethod):
    """After each unconditional move: x_s −= ζ/‖y − A D‖ · ∇_x ‖y − A D(x, t)‖²."""

    name: ClassVar[str] = "dps"
    title: ClassVar[str] = "Posterior sampling (DPS)"
    summary: ClassVar[str] = "Pulls every step towards the known pixels by the gradient through the network."
    formula: ClassVar[tuple[str, ...]] = (
        r"x_s = \term{prior}{x_s^{\mathrm{prior}}} - \term{likelihood}{"
        r"\frac{\zeta}{\|y - A\hat x_0\|} \nabla_{x_t} \|y - A\hat x_0(x_t)\|^2}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("likelihood", "Pull of known pixels"))
    source: ClassVar[str] = "Chung et al. 2023, arXiv 2209.14687, algorithm 1 and section 4 (step size)"

    zeta: float = option(1.0, title="Strength", symbol=r"\zeta", gt=0, le=20, widget="log-slider",
                         help="Length of the pull towards the known pixels at every step.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The bent denoiser and the sampler as it is; the pixels are made exact by `Measurement.composite`."""
        return Guided(path, denoiser, measurement, self.zeta), sampler


class Guided(Denoiser):
    """x0_hat + delta such that the sampler's move ends at the paper's x_s − ζ_t ∇‖y − A D‖².

    A sampler that tells its pull (`Denoiser.aim`; all one-evaluation samplers do)
    multiplies delta by it, so delta = −ζ_t ∇ / pull makes the update the paper's
    exactly, for DDPM as in the paper and DDIM alike. A sampler that tells nothing gets
    delta = −(sigma²/alpha) ζ_t ∇: Tweedie's form with log p(y|x_t) = −ζ_t ‖y − A D‖²,
    in which ζ means the same whatever the number of steps but is far weaker at low noise.
    The gradient passes through the prior, with all its guidance.
    """

    def __init__(self, path: Path, prior: Denoiser, measurement: Measurement, zeta: float) -> None:
        self.path = path
        self.prior = prior
        self.measurement = measurement
        self.zeta = zeta
        self.calls = prior.calls
        self._pull: Tensor | None = None

    def aim(self, pull: Tensor) -> None:
        """Remember the coming move's factor of x0_hat for one call, and tell the prior."""
        self._pull = pull
        self.prior.aim(pull)

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        with torch.enable_grad():  # a sampler runs under no_grad
            point = x.detach().requires_grad_()
            x0 = self.prior(point, t, cond)
            residual = self.measurement.residual(x0)
            size2 = residual.square().reshape(len(x), -1).sum(dim=1)
            (gradient,) = torch.autograd.grad(size2.sum(), point)
        # ‖r‖ = 0 comes with a gradient of 0: any finite factor will do
        step = self.zeta / size2.detach().sqrt().clamp(min=torch.finfo(x.dtype).tiny ** 0.5)
        aimed = self._pull is not None
        delta = -self._scale(x, t) * expand(step, x) * gradient
        self.calls = self.prior.calls
        within = tuple(replace(c, delta=c.delta.detach()) for c in self.prior.contributions)
        self.contributions = (*within, Contribution("likelihood", delta, of_move=aimed))
        return x0.detach() + delta

    def _scale(self, x: Tensor, t: Tensor) -> Tensor:
        """1/pull, or sigma²/alpha for a sampler that did not say."""
        # told anew before every call: a stale pull would belong to another move
        pull, self._pull = self._pull, None
        if pull is not None:
            return expand(1 / pull, x)
        return expand(self.path.sigma(t).square() / self.path.alpha(t), x)
