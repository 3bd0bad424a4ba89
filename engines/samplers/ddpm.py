"""DDPM ancestral sampling (Ho et al. 2020, algorithm 2), on any subset of times."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.errors import BadOption
from engines.formula import Letter, Term
from engines.process.chain import step_back
from engines.process.paths import Path
from engines.samplers.base import UNLEARNED, Move, OneStep
from engines.worded import Worded


class Variance(Worded):
    """The reverse variance: of a data point, of unit Gaussian data (alpha² + sigma² = 1), or by the model between."""

    BETA_TILDE = "beta-tilde", "β̃"
    BETA = "beta", "β"
    LEARNED = "learned"


class DDPM(OneStep):
    """x_s ~ N(mu(x_t, x0_hat), variance) with the posterior mean of q(x_s | x_t, x0)."""

    name: ClassVar[str] = "ddpm"
    title: ClassVar[str] = "DDPM ancestral"
    short: ClassVar[str] = "DDPM"
    summary: ClassVar[str] = "One step of the reverse Markov chain with fresh noise each time."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\mu(x_t, \hat x_0) - x_t} + \term{noise}{\sqrt{v}\,z}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\mu", "the mean of the next state by x_t and x̂_0"),)
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, eq. 7; learned: Nichol & Dhariwal 2021, eq. 15"

    variance: Variance = option(
        Variance.BETA_TILDE, title="Variance", symbol="v", advanced=True,
        help="beta-tilde is exact for a single data point; beta, where the path preserves the variance, for unit "
             "Gaussian data; learned is between both, by a model trained for it.")

    def check(self, outputs: int) -> None:
        """Raise BadOption for the learned variance of a model that learned none."""
        if self.variance is Variance.LEARNED and outputs < 2:
            raise BadOption(UNLEARNED)

    def move(self, path: Path, t: Tensor, s: Tensor) -> Move:
        """Coefficients of the posterior mean (eq. 7) and the chosen variance; no noise at s = 0."""
        back = step_back(path, s, t)
        # beta would leave noise in the result: the last move is the posterior mean alone
        most = back.beta * (s > 0)
        chosen = most if self.variance is Variance.BETA else back.beta_tilde
        return Move(back.of_state, back.of_data, chosen.sqrt(),
                    most.sqrt() if self.variance is Variance.LEARNED else None)
