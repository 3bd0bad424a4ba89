"""Diffusion posterior sampling with a step that needs no tuning: the gradient of a likelihood of the right width.

The likelihood of y given x_t is taken as N(y; A x0_hat, (sigma_y² + V) I), where V is the variance of A x0 given x_t
along the residual. That follows from the denoiser itself, Cov[x0 | x_t] = (sigma²/alpha)·∂x0_hat/∂x_t (Efron 2011), and
from the gradient that is needed anyway. With one measured number and a Gaussian prior this is the exact posterior; with
many the mean variance would be too small for the directions of which least is known, and their steps too long.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engines.denoiser import Contribution, Denoised, Denoiser, joined
from engines.halving import Halving
from engines.inverse.base import Measurement
from engines.process.paths import Path
from engines.process.shapes import expand


class Calibrated(Denoiser):
    """The prior's x0_hat and (sigma²/alpha)·∇_x log N(y; A x0_hat, (sigma_y² + V) I), V held constant.

    One gradient through the prior for each call. Any operator will do that autograd can differentiate.

    Args:
        prior: guided or not, differentiable.
        measurement: y, A and sigma_y, which may be 0.
        path: of the prior.
    """

    def __init__(self, prior: Denoiser, measurement: Measurement, path: Path) -> None:
        self.prior, self.measurement, self.path = prior, measurement, path
        self._halving = Halving()

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
            along, size2 = self._along(found.x0, part)
            (pull,) = torch.autograd.grad(found.x0, point, along)
        # sigma²/alpha turns a Jacobian of x0_hat into a covariance of x0 given x_t
        factor = (self.path.sigma(t).square() / self.path.alpha(t)).to(x)
        # ⟨r, A C Aᵀ r⟩/‖r‖² of the residual r, with C·Aᵀr = factor·pull; a network's Jacobian need not be symmetric
        variance = factor * (pull * along).flatten(1).sum(1) / size2.clamp(min=least(x))
        width = self.measurement.noise**2 + variance.clamp(min=0)
        # of a network that says of an exact measurement's misfit that it cannot be, nothing is to be learned there
        delta = torch.where(expand(width, x) > 0, expand(factor, x) * pull / expand(width.clamp(min=least(x)), x), 0.0)
        others = tuple(Contribution(part.term, part.delta.detach()) for part in found.contributions)
        pushes = tuple(Contribution(part.term, part.delta.detach()) for part in found.pushes)
        return Denoised(found.x0.detach() + delta, (*others, Contribution("likelihood", delta)), pushes,
                        None if found.share is None else found.share.detach())

    def _along(self, x0: Tensor, part: slice) -> tuple[Tensor, Tensor]:
        """(∂A/∂x0)ᵀ r of the residual r at x0_hat, (B, *shape_in), and ‖r‖² (B,)."""
        estimate = x0.detach().requires_grad_()
        seen = self.measurement.operator.forward(estimate)
        residual = self.measurement.of(part).y.to(seen) - seen.detach()
        (along,) = torch.autograd.grad((seen * residual).sum(), estimate)
        return along, residual.square().flatten(1).sum(1)


def least(x: Tensor) -> float:
    """What a division may meet instead of 0."""
    return float(torch.finfo(x.dtype).tiny ** 0.5)
