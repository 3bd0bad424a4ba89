"""The null-space method DDNM (Wang et al. 2023), with noise by the variance that is left of the data."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.denoiser import Denoiser
from engines.formula import Letter, Term
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.corrected import Corrected, left_variance
from engines.operators.base import SIGMA_Y
from engines.process.paths import Path
from engines.samplers.base import Sampler

UNIT = Letter("I", "the covariance that is 1 in every direction")
LEFT = Letter("r_t", "how far the data may be from x̂_0 at a time, by the spread of all data")


class DDNM(InverseMethod):
    """x0_hat ← x0_hat + Aᵀ(A Aᵀ + (sigma_y/r_t)² I)⁻¹(y − A x0_hat), which is A⁺y + (I − A⁺A) x0_hat without noise.

    Without noise that is the paper's eq. 12: the range of Aᵀ is the measurement's, the null space the prior's.
    With noise the paper (DDNM+, section 3.3) weighs the correction of each singular value by the fresh noise of the
    coming move, and takes as much of that noise away: a rule for one kind of move, which corrects nothing where a
    sampler draws no noise. Here the weight of singular value a is r_t²a²/(r_t²a² + sigma_y²) instead, that of Bayes for
    independent normal data of the given spread: for them x0_hat is E[x0 | x_t, y] exactly, so every sampler,
    deterministic or not, draws from the posterior. As sigma_y goes to 0 it is the paper's; and the prior has the
    last word near t = 0, where r_t does.
    """

    name: ClassVar[str] = "ddnm"
    title: ClassVar[str] = "DDNM, null space"
    short: ClassVar[str] = "DDNM"
    summary: ClassVar[str] = "Takes what was measured from the measurement, and all else from the model."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x \leftarrow \Delta x + \term{likelihood}{\frac{\partial x_s}{\partial \hat x_0} A^\top"
        r"\left(A A^\top + \frac{\sigma_y^2}{r_t^2} I\right)^{-1}\left(y - A\hat x_0\right)}",
        r"r_t^2 = \frac{\sigma_t^2\sigma_x^2}{\sigma_t^2 + \alpha_t^2\sigma_x^2}")
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Pull of the measurement"),)
    letters: ClassVar[tuple[Letter, ...]] = (SIGMA_Y, LEFT, UNIT)
    source: ClassVar[str] = "Wang, Yu & Zhang 2023, arXiv 2212.00490, eq. 12; weights with noise: Song et al. 2023"

    linear: ClassVar[bool] = True
    differentiates: ClassVar[bool] = False

    # as for ΠGDM: more than that of single pixels in [−1, 1], since pixels go together in what an operator averages
    spread: float = option(1.0, title="Spread", symbol=r"\sigma_x", gt=0, le=10, widget="log-slider", advanced=True,
                           help="Standard deviation of the data by which a noisy measurement is weighed; without noise "
                                "it plays no part.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The corrected denoiser, and the sampler as it is; raises BadInput where A is not linear."""
        return NullSpace(denoiser, measurement, path, self.spread), sampler


class NullSpace(Corrected):
    """`DDNM` as a denoiser; `spread` as its option, the other arguments as `Corrected` takes them."""

    def __init__(self, prior: Denoiser, measurement: Measurement, path: Path, spread: float) -> None:
        super().__init__(prior, measurement, path)
        self.spread = spread

    def ridge(self, t: Tensor) -> float:
        """(sigma_y/r_t)²."""
        return self.measurement.noise**2 / left_variance(self.path, t, self.spread)
