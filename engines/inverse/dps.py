"""Diffusion posterior sampling (Chung et al. 2023)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.denoiser import Contribution, Denoised, Denoiser, joined
from engines.formula import Letter, Term
from engines.halving import Halving
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.calibrated import Calibrated
from engines.operators.base import SIGMA_Y
from engines.process.paths import Path
from engines.process.shapes import expand
from engines.samplers.base import Sampler
from engines.worded import Worded

AUTOMATIC = (
    r"\hat x_0 \leftarrow \hat x_0 + \term{likelihood}{\frac{\sigma^2}{\alpha}\nabla_{x_t} "
    r"\log\mathcal N\left(y;\ A\hat x_0(x_t),\ \sigma_y^2 + V\right)}",
    r"V = \frac{\sigma^2}{\alpha}\,\frac{\chi^T A\,\frac{\partial\hat x_0}{\partial x_t} A^T \chi}"
    r"{\chi^T \chi},\quad \chi = y - A\hat x_0")


class StepRule(Worded):
    """How long the pull towards the measurement is."""

    PUBLISHED = "published", "as published", "As published"
    AUTOMATIC = "automatic"


class DPS(InverseMethod):
    """After each unconditional move: x_s −= ζ/‖y − A D‖ · ∇_x ‖y − A D(x, t)‖².

    Or, with a step that needs no tuning, `engines.inverse.calibrated`.
    """

    name: ClassVar[str] = "dps"
    title: ClassVar[str] = "DPS, posterior sampling"
    short: ClassVar[str] = "DPS"
    summary: ClassVar[str] = "Pulls every step towards the measurement by the gradient through the network."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x \leftarrow \Delta x - \term{likelihood}{"
        r"\frac{\zeta}{\|y - A\hat x_0\|} \nabla_{x_t} \|y - A\hat x_0(x_t)\|^2}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Pull of the measurement"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        SIGMA_Y, Letter(r"\mathcal N", "the normal density"),
        Letter(r"\chi", "what the estimate leaves of the measurement"),
        Letter("V", "the variance of what would be measured along χ, given the state"))
    source: ClassVar[str] = "Chung et al. 2023, arXiv 2209.14687, algorithm 1 and section 4 (step size)"

    rule: StepRule = option(
        StepRule.PUBLISHED, title="Step", advanced=True,
        help="As published the strength decides; automatic takes the uncertainty that the model itself has at each "
             "step, and needs no strength.")
    # the paper's usual value, on images of 256² pixels
    zeta: float = option(1.0, title="Strength", symbol=r"\zeta", gt=0, le=20, widget="log-slider",
                         help="Length of the pull towards the measurement at every step, where that is as published.")

    def lines(self) -> tuple[str, ...]:
        """The formula of the rule."""
        return self.formula if self.rule is StepRule.PUBLISHED else AUTOMATIC

    def calmer(self) -> str:
        """A shorter pull, where it is chosen."""
        if self.rule is StepRule.PUBLISHED:
            return f"a strength below {self.zeta:g}, or the automatic step"
        return "more steps, less guidance or another method, such as DiffPIR"

    def remark(self, steps: int) -> str:
        """A sentence where a strength was chosen that the automatic step does without, else ""."""
        del steps
        usual = type(self).model_fields["zeta"].default
        if self.rule is StepRule.PUBLISHED or self.zeta == usual:
            return ""
        return (f"A strength of {self.zeta:g} plays no part with the automatic step; choose the step as published for "
                "it to count.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The pushing denoiser and the sampler as it is; the pixels are made exact by `Measurement.composite`."""
        if self.rule is StepRule.AUTOMATIC:
            return Calibrated(denoiser, measurement, path), sampler
        return Guided(denoiser, measurement, self.zeta), sampler


class Guided(Denoiser):
    """The prior's own x0_hat, and a push −ζ/‖y − A D‖ · ∇_x ‖y − A D(x, t)‖² on the coming move.

    So the update is the paper's exactly, for DDPM as there and for every other sampler,
    and what is recorded as x0_hat is the model's estimate. The gradient passes through
    the prior, with all its guidance. Where memory runs out, the batch is walked in
    halves: it is the stored activations and their gradient that are large, so both are
    done for one half before the other begins.
    """

    def __init__(self, prior: Denoiser, measurement: Measurement, zeta: float) -> None:
        self.prior = prior
        self.measurement = measurement
        self.zeta = zeta
        self._halving = Halving()

    def calls(self, cond: Tensor | None = None) -> int:
        """The prior's: the gradient is not counted as an evaluation."""
        return self.prior.calls(cond)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The prior's estimate and the push; raises OutOfMemory with the batch that would fit."""

        def pulled(part: slice) -> Denoised:
            labels = None if cond is None else cond[part]
            return self._pulled(x[part], t[part] if t.ndim else t, labels, part)

        return joined(self._halving(pulled, len(x)))

    def _pulled(self, x: Tensor, t: Tensor, cond: Tensor | None, part: slice) -> Denoised:
        with torch.enable_grad():  # a sampler runs under no_grad
            point = x.detach().requires_grad_()
            found = self.prior.denoise(point, t, cond)
            residual = self.measurement.of(part).residual(found.x0)
            # samples do not see each other, so the gradient of the sum is each one's own ∇_x ‖y − A D‖²
            size2 = residual.square().reshape(len(x), -1).sum(dim=1)
            (gradient,) = torch.autograd.grad(size2.sum(), point)
        # ‖r‖ = 0 comes with a gradient of 0: any finite factor will do
        # ζ_i = ζ/‖y − A D‖ at the same x, held constant: it is not differentiated
        step = self.zeta / size2.detach().sqrt().clamp(min=torch.finfo(x.dtype).tiny ** 0.5)
        pull = Contribution("likelihood", -expand(step, x) * gradient)
        return Denoised(found.x0.detach(), _detached(found.contributions), (*_detached(found.pushes), pull),
                        None if found.share is None else found.share.detach())


def _detached(parts: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    """Without the graph, which would keep every step's activations."""
    return tuple(Contribution(part.term, part.delta.detach()) for part in parts)
