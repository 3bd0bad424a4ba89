"""Pseudoinverse guidance ΠGDM (Song et al. 2023), with the covariance of the paper or with that of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.denoiser import Contribution, Denoised, Denoiser, joined
from engines.formula import Letter, Term
from engines.halving import Halving
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.corrected import by_level, left_variance, told
from engines.inverse.ddnm import LEFT, UNIT
from engines.operators.base import SIGMA_Y, LinearOperator
from engines.operators.solve import dots, tiny
from engines.process.paths import Path
from engines.process.shapes import expand
from engines.samplers.base import Sampler
from engines.worded import Worded

Map = Callable[[Tensor], Tensor]
LONGEST = 4.0  # times the misfit: the most that a correction changes of what would be measured


class Covariance(Worded):
    """What is taken for the covariance of x0 given x_t: one number for all, or what the model's own slope says."""

    CONSTANT = "constant"
    MEASURED = "measured"
    TWEEDIE = "tweedie", "Tweedie"


class PiGDM(InverseMethod):
    """x0_hat += (sigma²/alpha)·(∂D/∂x)ᵀ Aᵀ (A C_t Aᵀ + sigma_y² I)⁻¹ (y − A D), by Tweedie on the score of y.

    `constant` is the paper's C_t = r_t² I, exact for independent normal data of the given spread. `tweedie` is
    C_t = (sigma²/alpha)·∂D/∂x, the covariance of x0 given x_t by Tweedie's formula of the second order, so that
    x0_hat is E[x0 | x_t, y] exactly for any Gaussian prior (Boys et al. 2023, Rozet et al. 2024). It costs one more
    gradient for each iteration of conjugate gradients, which ask for products with C_t alone; a slope of an exact
    prior is symmetric, so that its transpose, which a gradient gives, is as good.

    `measured` is the first of these iterations, begun in the direction of `constant` and as long as the slope says,
    with no gradient more: where the model's slope is steeper than data of that spread could have it, which with a
    network it is in much noise, the paper's correction leaves for good. This one changes what would be measured by no
    more than four times the misfit.
    """

    name: ClassVar[str] = "pigdm"
    title: ClassVar[str] = "ΠGDM, pseudoinverse guidance"
    short: ClassVar[str] = "ΠGDM"
    summary: ClassVar[str] = "Corrects the estimate by what is unexplained of the measurement, through the network."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x \leftarrow \Delta x + \term{likelihood}{\frac{\partial x_s}{\partial \hat x_0}"
        r"\frac{\sigma_t^2}{\alpha_t}\left(\frac{\partial \hat x_0}{\partial x_t}\right)^\top"
        r"\vartheta_t A^\top\left(A C_t A^\top + \sigma_y^2 I\right)^{-1}\left(y - A\hat x_0\right)}",
        r"\vartheta_t = 1 \quad \text{or measured along} \quad "
        r"\frac{\sigma_t^2}{\alpha_t}\frac{\partial \hat x_0}{\partial x_t}",
        r"C_t = r_t^2 I \quad \text{or} \quad C_t = \frac{\sigma_t^2}{\alpha_t}\frac{\partial \hat x_0}{\partial x_t}",
        r"r_t^2 = \frac{\sigma_t^2\sigma_x^2}{\sigma_t^2 + \alpha_t^2\sigma_x^2}")
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Pull of the measurement"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        SIGMA_Y, Letter(r"\vartheta_t", "how much of the correction is made, by the model’s own slope along it"),
        Letter("C_t", "the covariance of the data around x̂_0, as it is taken to be"), LEFT, UNIT)
    source: ClassVar[str] = ("Song et al. 2023, Pseudoinverse-Guided Diffusion Models, eq. 7 and section 3.3; "
                             "Tweedie: Rozet et al. 2024, arXiv 2405.13712, section 4.2")

    linear: ClassVar[bool] = True

    covariance: Covariance = option(
        Covariance.MEASURED, title="Covariance",
        help="What is taken for the covariance of the data around the estimate: one number for all, as in the paper, "
             "that number corrected by what the model’s own slope says, or all that the slope says, with a gradient "
             "for each iteration.")
    # 1 in the paper
    spread: float = option(1.0, title="Spread", symbol=r"\sigma_x", gt=0, le=10, widget="log-slider", advanced=True,
                           help="Standard deviation of the data, from which the constant covariance is worked out.")
    scaled: bool = option(False, title="Weaker at the end", advanced=True,
                          help="Multiplies the correction by r_t², as the paper does, which fades it out towards the "
                               "data.")
    iterations: int = option(5, title="Iterations", ge=1, le=100, widget="log-slider", advanced=True,
                             help="Most iterations of conjugate gradients for the covariance by Tweedie, each a "
                                  "gradient through the network.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The corrected denoiser, and the sampler as it is; raises BadInput where A is not linear."""
        return Explained(denoiser, measurement, path, self), sampler


class Explained(Denoiser):
    """`PiGDM` as a denoiser: the correction is its contribution, with a gradient through the prior and its guidance.

    Where memory runs out, the batch is walked in halves, forward and backward together, as for DPS.
    """

    def __init__(self, prior: Denoiser, measurement: Measurement, path: Path, method: PiGDM) -> None:
        self.prior = prior
        self.operator = measurement.linear
        self.measurement = measurement
        self.path = path
        self.method = method
        self._halving = Halving()

    def calls(self, cond: Tensor | None = None) -> int:
        """The prior's: gradients are not counted as evaluations."""
        return self.prior.calls(cond)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The corrected estimate; raises OutOfMemory with the batch that would fit."""

        def corrected(part: slice) -> Denoised:
            asked = partial(self._corrected, self.measurement.of(part))
            return by_level(asked, x[part], t[part] if t.ndim else t, None if cond is None else cond[part])

        return joined(self._halving(corrected, len(x)))

    def _corrected(self, measurement: Measurement, x: Tensor, t: Tensor, cond: Tensor | None, part: slice) -> Denoised:
        with torch.enable_grad():  # a sampler runs under no_grad
            point = x.detach().requires_grad_()
            found = self.prior.denoise(point, t, cond)
        slope = Slope(point, found.x0, float(self.path.sigma(t)) ** 2 / float(self.path.alpha(t)))
        change = self._change(slope, measurement.of(part).residual(found.x0.detach()), t)
        share = None if found.share is None else found.share.detach()
        plain = Denoised(found.x0.detach(), _detached(found.contributions), _detached(found.pushes), share)
        return told(plain, change)

    def _change(self, slope: Slope, residual: Tensor, t: Tensor) -> Tensor:
        left, noise2 = left_variance(self.path, t, self.method.spread), self.measurement.noise**2
        factor = left if self.method.scaled else 1.0
        if self.method.covariance is Covariance.TWEEDIE:
            explained = solved(_gram(self.operator, slope, noise2), residual, self.method.iterations)
            return factor * slope(self.operator.adjoint(explained))
        u, along = self._direction(residual, left)
        change = slope(along)
        if self.method.covariance is Covariance.MEASURED:
            change = expand(self._length(residual, u, along, change, left), change) * change
        return factor * change

    def _direction(self, residual: Tensor, left: float) -> tuple[Tensor, Tensor]:
        """u = (r² A Aᵀ + sigma_y² I)⁻¹ r of the residual and Aᵀu; without noise 0 for u, which then counts nowhere."""
        noise2 = self.measurement.noise**2
        if noise2 == 0:  # the limit is the pseudo-inverse
            return torch.zeros_like(residual), self.operator.pinv(residual) / left
        # (r² A Aᵀ + sigma_y² I)⁻¹ = (A Aᵀ + (sigma_y/r)² I)⁻¹ / r²
        u = self.operator.solve(residual, noise2 / left) / left
        return u, self.operator.adjoint(u)

    def _length(self, residual: Tensor, u: Tensor, along: Tensor, change: Tensor, left: float) -> Tensor:
        """⟨u, r⟩/⟨u, G u⟩ with G = A C Aᵀ + sigma_y² I, along = Aᵀu and the change C Aᵀu, at most 4‖r‖/‖G u‖: (B,).

        It is 1 where C is r_t² I; of a slope that no covariance has nothing is to be learned, and it is 0.
        """
        noise2 = self.measurement.noise**2
        turned = self.operator.forward(change) + noise2 * u
        noisy = noise2 * dots(u, u)
        # ⟨u, r⟩ by Aᵀu, as without noise u is not at hand: r = r_t² A Aᵀu + sigma_y² u
        whole, believed = left * dots(along, along) + noisy, dots(along, change) + noisy
        length = torch.where(believed > 0, whole / believed.clamp(min=tiny(change)), 0.0)
        most = LONGEST * (dots(residual, residual) / dots(turned, turned).clamp(min=tiny(change))).sqrt()
        return torch.minimum(length, most)


@dataclass(frozen=True, slots=True)
class Slope:
    """v -> scale·(∂x0/∂x)ᵀ v for samples (B, …), with scale sigma²/alpha: of an exact prior, its covariance times v.

    point: x; x0: found of it, with its graph, which is kept for the next product.
    """

    point: Tensor
    x0: Tensor
    scale: float

    def __call__(self, v: Tensor) -> Tensor:
        """The product, without a graph of its own."""
        # samples do not see each other, so that one gradient is that of each
        (turned,) = torch.autograd.grad(self.x0, self.point, v, retain_graph=True)
        return self.scale * turned


def _gram(operator: LinearOperator, covariance: Map, noise2: float) -> Map:
    """u -> A C Aᵀ u + sigma_y² u."""
    return lambda u: operator.forward(covariance(operator.adjoint(u))) + noise2 * u


def solved(gram: Map, y: Tensor, iterations: int) -> Tensor:
    """u that nearly solves G u = y, by conjugate gradients from 0 (Hestenes & Stiefel 1952).

    Each sample stops by itself: at the precision of its numbers, after so many iterations, or where G, which a
    network only makes out, curves down along the next direction, so that going on would lead away. Of all that it
    went through the nearest is given.

    Args:
        gram: G, (B, …) -> (B, …), symmetric and positive semi-definite, or nearly so.
        y: (B, …), within what G reaches.
    """
    u, residual, direction = torch.zeros_like(y), y, y
    size = dots(y, y)
    goal, going, nearest, least = (10 * torch.finfo(y.dtype).eps) ** 2 * size, size > 0, u, size
    for _ in range(iterations):
        turned = gram(direction)
        curve = dots(direction, turned)
        going = going & (curve > 0)
        if not bool(going.any()):
            break
        step = torch.where(going, size / curve.clamp(min=tiny(y)), 0.0)
        u, residual = u + expand(step, y) * direction, residual - expand(step, y) * turned
        last, size = size, dots(residual, residual)
        nearest, least = torch.where(expand(size < least, y) > 0, u, nearest), torch.minimum(size, least)
        going = going & (size > goal)
        direction = residual + expand(torch.where(going, size / last.clamp(min=tiny(y)), 0.0), y) * direction
    return nearest


def _detached(parts: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    """Without the graph, which would keep every step's activations."""
    return tuple(Contribution(part.term, part.delta.detach()) for part in parts)
