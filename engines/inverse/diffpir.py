"""Plug-and-play restoration DiffPIR (Zhu et al. 2023): a proximal step on the estimate, then noise anew."""

from __future__ import annotations

import math
from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.denoiser import Denoiser
from engines.formula import Letter, Term
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.corrected import Corrected
from engines.inverse.ddnm import UNIT
from engines.operators.base import SIGMA_Y
from engines.process.paths import Path
from engines.samplers.base import Move, OneStep, Sampler


class DiffPIR(InverseMethod):
    """Algorithm 1 of the paper: x0 ← argmin_z ‖A z − y‖² + rho_t·‖z − x0_hat‖², rho_t = lambda·sigma_y²·alpha²/sigma².

    Then x_s = alpha_s·x0 + sigma_s·(√(1 − zeta)·eps + √zeta·z), with eps what x_t has beside alpha_t·x0. It walks by
    this move of its own, whatever sampler was chosen.
    """

    name: ClassVar[str] = "diffpir"
    title: ClassVar[str] = "DiffPIR, plug and play"
    short: ClassVar[str] = "DiffPIR"
    summary: ClassVar[str] = "Moves the estimate to the measurement by a proximal step, and makes it noisy again."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\hat x_0 + \sigma_s\sqrt{1-\zeta_z}\,\hat\epsilon - x_t}",
        r"\quad + \term{likelihood}{\left(\alpha_s - \frac{\sigma_s}{\sigma_t}\sqrt{1-\zeta_z}\,\alpha_t\right) A^\top"
        r"\left(A A^\top + \varrho_t I\right)^{-1}\left(y - A\hat x_0\right)}",
        r"\quad + \term{noise}{\sigma_s\sqrt{\zeta_z}\,z}",
        r"\varrho_t = \lambda_y\sigma_y^2\frac{\alpha_t^2}{\sigma_t^2}")
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("likelihood", "Proximal step"),
                                         Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (
        SIGMA_Y, Letter(r"\varrho_t", "how much x̂_0 counts beside the measurement"), UNIT)
    source: ClassVar[str] = "Zhu et al. 2023, arXiv 2305.08995, algorithm 1"

    linear: ClassVar[bool] = True
    differentiates: ClassVar[bool] = False
    walks: ClassVar[bool] = True
    noises: ClassVar[bool] = True

    # the authors tune both for each task. So the proximal step is that of Bayes for a flat prior, and no error of an
    # estimate lasts as noise: runs end nearest to exact posteriors of mixtures, and to pictures
    weight: float = option(1.0, title="Weight of the model", symbol=r"\lambda_y", gt=0, le=1000, widget="log-slider",
                           help="How much the model’s estimate counts beside the measurement.")
    zeta: float = option(1.0, title="Share of fresh noise", symbol=r"\zeta_z", ge=0, le=1, widget="slider",
                         help="Share of fresh noise in the noise of each step: 0 keeps that which the model sees.")
    # as the authors' program has it
    least: float = option(0.001, title="Least noise", ge=0, le=1, advanced=True, zero="the measurement exactly",
                          help="Noise of the measurement that is taken for any below it, in units of the data from −1 "
                               "to 1.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The proximal denoiser and the sampler that mixes noise; raises BadInput where A is not linear."""
        del sampler
        level = max(measurement.noise, self.least)
        return Proximal(denoiser, measurement, path, self.weight * level**2), Remixing(zeta=self.zeta)

    def evaluations(self, path: Path, sampler: Sampler, times: Tensor) -> int:
        """One a move, whatever the chosen sampler takes."""
        del path, sampler
        return len(times) - 1


class Proximal(Corrected):
    """A prior whose x0_hat makes the proximal step of a measurement.

    weight: lambda·sigma_y²; 0 for an x0_hat that meets the measurement exactly, which is the limit.
    """

    def __init__(self, prior: Denoiser, measurement: Measurement, path: Path, weight: float) -> None:
        super().__init__(prior, measurement, path)
        self.weight = weight

    def ridge(self, t: Tensor) -> float:
        """rho_t = weight·alpha²/sigma²."""
        return self.weight / float(self.path.kappa(t)) ** 2


class Remixing(OneStep):
    """x_s = alpha_s·x0 + sigma_s·(√(1 − zeta)·eps_hat + √zeta·z); the last move ends at x0 itself."""

    title: ClassVar[str] = DiffPIR.title

    zeta: float

    def move(self, path: Path, t: Tensor, s: Tensor) -> Move:
        """Coefficients of the move, with eps_hat = (x − alpha_t·x0)/sigma_t written out."""
        kept = path.sigma(s) * math.sqrt(1 - self.zeta) / path.sigma(t)
        return Move(kept, path.alpha(s) - kept * path.alpha(t), path.sigma(s) * math.sqrt(self.zeta))
