"""Manifold constrained gradients (Chung et al. 2022): a pull by the gradient, and a projection on what is known."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.denoiser import Contribution, Denoised, Denoiser, joined
from engines.errors import BadOption
from engines.formula import Letter, Term
from engines.halving import Halving
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.corrected import by_level, left_variance, pulled_back
from engines.inverse.ddnm import LEFT, UNIT
from engines.inverse.repaint import Repainting
from engines.inverse.slope import sloped
from engines.operators.base import SIGMA_Y
from engines.operators.solve import dots
from engines.process.paths import Path
from engines.process.shapes import expand
from engines.samplers.base import OneStep, Sampler, samplers


class MCG(InverseMethod):
    """x_s −= ζ/‖A⁺r‖ · ∇_x ‖A⁺r‖² with r = y − A D(x, t), and then x_s := x_s + A⁺A(x_s^known − x_s).

    x_s^known is A⁺y with fresh noise of the level that the move ends at, and A⁺y itself at t = 0. So the projection
    undoes what the pull does to the measured part, and the gradient moves the rest alone. The paper takes y for exact;
    of a noisy one A⁺ is taken for Aᵀ(A Aᵀ + (sigma_y²/r_t²) I)⁻¹ here, with r_t² the variance that a state leaves of
    normal data: what was measured worse than the model knows it would else become noise alone. What is joined by halves
    then has less noise than its time says, up to a third less where both are trusted alike.
    """

    name: ClassVar[str] = "mcg"
    title: ClassVar[str] = "MCG, manifold constraints"
    short: ClassVar[str] = "MCG"
    summary: ClassVar[str] = "Pulls what is unknown by the gradient through the network and pastes what is known."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x \leftarrow \Delta x - \term{likelihood}{\frac{\zeta}{\|W_t(y - A\hat x_0)\|} "
        r"\nabla_{x_t} \|W_t(y - A\hat x_0(x_t))\|^2}",
        r"\Delta x \leftarrow \Delta x + \term{likelihood}{W_t\left(\alpha_s y + \sigma_s A z - A x_s\right)}",
        r"W_t = A^\top\left(A A^\top + \frac{\sigma_y^2}{r_t^2} I\right)^{-1}, \quad "
        r"r_t^2 = \frac{\sigma_t^2}{\sigma_t^2 + \alpha_t^2}")
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Pull and projection"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        SIGMA_Y, UNIT, LEFT,
        Letter("W_t", "the pseudo-inverse of A, which of a noisy measurement trusts no direction more than the model"))
    source: ClassVar[str] = "Chung et al. 2022, arXiv 2206.00941, algorithms 1 to 3, with A⁺ as W"

    noises: ClassVar[bool] = True
    linear: ClassVar[bool] = True

    # as published for inpainting
    zeta: float = option(1.0, title="Strength", symbol=r"\zeta", gt=0, le=20, widget="log-slider",
                         help="Length of the pull on what is not measured at every step.")

    def calmer(self) -> str:
        """A shorter pull."""
        return f"a strength below {self.zeta:g}, or another method, such as DDNM"

    def check(self, sampler: Sampler) -> None:
        """Raise BadOption for a sampler that is not one Gaussian move for each evaluation."""
        if not isinstance(sampler, OneStep):
            able = ", ".join(kind.title for kind in samplers().values() if issubclass(kind, OneStep))
            raise BadOption(f"MCG cannot use {sampler.title}; choose one whose step is a Gaussian move ({able}), or "
                            "another method, such as DPS.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The pushing denoiser, and the sampler with a projection after each move; raises BadInput, BadOption."""
        self.check(sampler)
        assert isinstance(sampler, OneStep)  # checked
        pulled = Constrained(denoiser, replace(measurement, operator=measurement.linear), self.zeta, path)
        return pulled, Projecting(inner=sampler, measurement=measurement, jump=1, resample=1)


class Projecting(Repainting):
    """Every move of a sampler, followed by the projection; RePaint's walk that never goes back."""

    title: ClassVar[str] = MCG.title

    def _known(self, x: Tensor) -> Tensor:
        """A⁺y, or of a noisy measurement y itself, for A⁺y would be noise alone where little was measured."""
        return self.measurement.y.to(x) if self.measurement.noise else super()._known(x)

    def _pasted(self, x: Tensor, known: Tensor, z: Tensor | None, path: Path, times: tuple[Tensor, Tensor]) -> Tensor:
        """x + W(alpha·y + sigma·A z − A x), with the W of the time that the move began at."""
        if not self.measurement.noise:
            return super()._pasted(x, known, z, path, times)
        operator, (t, s) = self.measurement.linear, times
        noisy = known if z is None else expand(path.alpha(s), known) * known + operator.forward(
            expand(path.sigma(s), z) * z)
        return x + pulled_back(operator, noisy - operator.forward(x), ridge(self.measurement, path, t))


def ridge(measurement: Measurement, path: Path, t: Tensor) -> float:
    """sigma_y²/r_t² at a time t (0-d), with r_t² = sigma²/(sigma² + alpha²)."""
    return measurement.noise**2 / left_variance(path, t, 1.0)


class Constrained(Denoiser):
    """The prior's own x0_hat, and a push −ζ/‖A⁺r‖ · ∇_x ‖A⁺r‖² on the coming move; in halves where memory runs out."""

    def __init__(self, prior: Denoiser, measurement: Measurement, zeta: float, path: Path) -> None:
        self.prior, self.measurement, self.zeta, self.path = prior, measurement, zeta, path
        self._halving = Halving()

    def calls(self, cond: Tensor | None = None) -> int:
        """The prior's: the gradient is not counted as an evaluation."""
        return self.prior.calls(cond)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The prior's estimate and the push; raises OutOfMemory with the batch that would fit."""

        def pulled(part: slice) -> Denoised:
            asked = partial(self._pulled, self.measurement.of(part))
            return by_level(asked, x[part], t[part] if t.ndim else t, None if cond is None else cond[part])

        return joined(self._halving(pulled, len(x)))

    def _pulled(self, measurement: Measurement, x: Tensor, t: Tensor, cond: Tensor | None, part: slice) -> Denoised:
        sizes, operator, weight = list[Tensor](), measurement.linear, ridge(measurement, self.path, t)

        def measure(x0: Tensor) -> Tensor:
            misfit = pulled_back(operator, measurement.of(part).residual(x0.detach()), weight)
            sizes.append(dots(misfit, misfit))
            # ∇ ‖W(y − A x0)‖² = −2 (W A)ᵀ W r, and W A is symmetric; for W = A⁺ that is −2 A⁺r, as A⁺A A⁺ = A⁺: so
            # nothing is differentiated through the solution
            along = pulled_back(operator, operator.forward(misfit), weight) if weight else misfit
            return -2 * dots(x0, along)

        told = sloped(self.prior, x, t, cond, measure)
        # ‖A⁺r‖ = 0 comes with a gradient of 0: any finite factor will do
        step = self.zeta / sizes[0].sqrt().clamp(min=torch.finfo(x.dtype).tiny ** 0.5)
        pull = Contribution("likelihood", -expand(step, x) * told.slope)
        return replace(told.found, pushes=(*told.found.pushes, pull))
