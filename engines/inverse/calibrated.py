"""Diffusion posterior sampling with a step that needs no tuning: the gradient of a likelihood of the right width.

The likelihood of y given x_t is taken as N(y; A x0_hat, (sigma_y² + v) I), where v is the mean variance of A x0 given
x_t. That follows from the denoiser itself: Cov[x0 | x_t] = (sigma²/alpha)·∂x0_hat/∂x_t (Efron 2011), of which one
random direction of measurements tells the mean (Hutchinson 1990). With one measured number and a Gaussian prior this
is the exact posterior.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engines.chance import generator
from engines.denoiser import Contribution, Denoised, Denoiser, joined
from engines.halving import Halving
from engines.inverse.base import Measurement
from engines.process.paths import Path
from engines.process.shapes import expand

PROBE = "probe"  # what the chance of a direction is for


class Calibrated(Denoiser):
    """The prior's x0_hat and (sigma²/alpha)·∇_x log N(y; A x0_hat, (sigma_y² + v) I), v held constant.

    Two gradients through the prior for each call, one along the residual and one along a direction of ±1 that is the
    same in every call. Any operator will do that autograd can differentiate.

    Args:
        prior: guided or not, differentiable.
        measurement: y, A and sigma_y, which may be 0.
        path: of the prior.
    """

    def __init__(self, prior: Denoiser, measurement: Measurement, path: Path) -> None:
        self.prior, self.measurement, self.path = prior, measurement, path
        self._halving = Halving()
        shape = (1, *measurement.operator.shape_out)
        signs = torch.randint(2, shape, generator=generator(PROBE), dtype=torch.float64)
        self._probe = 2 * signs - 1

    def calls(self, cond: Tensor | None = None) -> int:
        """The prior's: gradients are not counted as evaluations."""
        return self.prior.calls(cond)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The estimate given y; raises OutOfMemory with the batch that would fit."""

        def given(part: slice) -> Denoised:
            labels = None if cond is None else cond[part]
            return self._given(x[part], t[part] if t.ndim else t, labels, part)

        return joined(self._halving(given, len(x)))

    def _given(self, x: Tensor, t: Tensor, cond: Tensor | None, part: slice) -> Denoised:
        with torch.enable_grad():  # a sampler runs under no_grad
            point = x.detach().requires_grad_()
            found = self.prior.denoise(point, t, cond)
            along, across = self._directions(found.x0, part)
            (turned,) = torch.autograd.grad(found.x0, point, across, retain_graph=True)
            (pull,) = torch.autograd.grad(found.x0, point, along)
        # sigma²/alpha turns a Jacobian of x0_hat into a covariance of x0 given x_t
        factor = self.path.sigma(t).square() / self.path.alpha(t)
        numbers = int(torch.Size(self.measurement.operator.shape_out).numel())
        variance = factor.to(x) * (turned * across).flatten(1).sum(1) / numbers
        width = (self.measurement.noise**2 + variance.clamp(min=0)).clamp(min=torch.finfo(x.dtype).tiny ** 0.5)
        delta = expand(factor, x) * pull / expand(width, x)
        others = tuple(Contribution(part.term, part.delta.detach()) for part in found.contributions)
        pushes = tuple(Contribution(part.term, part.delta.detach()) for part in found.pushes)
        return Denoised(found.x0.detach() + delta, (*others, Contribution("likelihood", delta)), pushes,
                        None if found.share is None else found.share.detach())

    def _directions(self, x0: Tensor, part: slice) -> tuple[Tensor, Tensor]:
        """(∂A/∂x0)ᵀ of the residual and of the probe, at x0_hat: both (B, *shape_in)."""
        estimate = x0.detach().requires_grad_()
        seen = self.measurement.operator.forward(estimate)
        residual = self.measurement.of(part).y.to(seen) - seen.detach()
        (along,) = torch.autograd.grad((seen * residual).sum(), estimate, retain_graph=True)
        (across,) = torch.autograd.grad((seen * self._probe.to(seen)).sum(), estimate)
        return along, across
