"""Conditional flow matching (Lipman et al. 2023), with data and noise paired at random or by optimal transport."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from torch import Tensor, nn

from engines.component import option
from engines.denoiser import Denoiser
from engines.formula import Letter
from engines.learnt import Learnt
from engines.process.paths import Path
from engines.process.prediction import Velocity, to_velocity
from engines.training.draws import Draws
from engines.training.objectives.base import Objective, Setting, estimate, mean_square
from engines.training.objectives.coupling import Coupling, optimal


class FlowMatching(Objective):
    """|u_θ − u|² with the velocity u = alpha'·x0 + sigma'·eps of a pair, eps − x0 on the straight path.

    Its mean given x_t is the marginal velocity, which carries noise to data. With optimal pairs the paths cross
    less and are straighter; noise then depends on the data, so that samplers with fresh noise do not apply.
    """

    name: ClassVar[str] = "flow-matching"
    title: ClassVar[str] = "Flow matching"
    summary: ClassVar[str] = "The velocity of single pairs of data and noise, whose mean carries noise to data."
    formula: ClassVar[tuple[str, ...]] = (
        r"\term{prior}{\ell} = \frac{1}{d}\left\|\hat\chi - \frac{\partial\alpha_t}{\partial t} x_0 - "
        r"\frac{\partial\sigma_t}{\partial t}\epsilon\right\|^2",)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\hat\chi", "the velocity that the model sees at x_t"),)
    source: ClassVar[str] = ("Lipman et al. 2023, arXiv 2210.02747, eq. 9 and theorem 2; Tong et al. 2024, arXiv "
                             "2302.00482, section 3.2 (optimal pairs)")

    coupling: Coupling = option(Coupling.INDEPENDENT, title="Pairs", help="Data and noise paired at random, or so that "
                                "they are near each other; samplers must then add no noise.")

    @property
    def learnt(self) -> Learnt:
        """By optimal pairs, the mean of those data that noise was near to."""
        return Learnt.PAIRED if self.coupling is Coupling.OPTIMAL else Learnt.MEAN

    def prepared(self, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Draws:
        """The noise dealt out among the samples of a batch."""
        del setting
        return replace(draws, eps=optimal(x0, draws.eps, labels)) if self.coupling is Coupling.OPTIMAL else draws

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """At x_t."""
        path, t = setting.path, draws.t
        x = path.diffuse(x0, draws.eps, t)
        found = to_velocity(path, x, estimate(network, setting, x, t, draws.cond(labels)), t)
        return mean_square(found - Velocity().target(path, x0, draws.eps, t))


def marginal_velocity(path: Path, exact: Denoiser, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
    """The velocity at states x (B, …) that carries all of the density: the mean of the conditional ones.

    exact: the exact denoiser of the data on the path.
    """
    return to_velocity(path, x, exact(x, t, cond), t)
