"""Annealed Langevin dynamics (Song & Ermon 2019): Langevin steps at ever lower noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.samplers.langevin import calm, langevin, smaller_step
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk


class AnnealedLangevin(Stepper):
    """At each time of the grid some Langevin steps; x/alpha is then taken over to the next time as it is.

    After those of the last level the estimate of the data is the result.
    """

    name: ClassVar[str] = "annealed-langevin"
    title: ClassVar[str] = "Annealed Langevin"
    short: ClassVar[str] = "annealed Langevin"
    summary: ClassVar[str] = "Langevin steps at each noise level from high to low, which finds the weights of modes."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\frac{\alpha_s}{\alpha_t}x_t - \frac{\alpha_s h}{\alpha_t\sigma_t}\sum_k "
        r"\hat\epsilon_k - x_t} + \term{noise}{\frac{\alpha_s}{\alpha_t}\sqrt{2h}\sum_k z_k}",
        r"\text{at last: }\Delta x = \term{prior}{\hat x_0 - x_t}")
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (Letter("h", "the size of a Langevin step"),
                                             Letter("k", "counts the small steps within one step"),
                                             Letter(r"\hat\epsilon_k", "the noise seen before small step k"),
                                             Letter("z_k", "the fresh noise of small step k"))
    source: ClassVar[str] = ("Song & Ermon 2019, arXiv 1907.05600, algorithm 1; the last estimate as in "
                             "Jolicoeur-Martineau et al. 2021, arXiv 2009.05475")
    exact: ClassVar[bool] = False

    repeats: int = option(5, title="Repeats", ge=1, le=200, help="Langevin steps at each noise level.")
    size: float = option(0.3, title="Step size", gt=0, le=10, widget="log-slider",
                         help="h over σ²; larger steps mix faster and change the law, above 2 they diverge.")

    def calmer(self) -> str:
        """A smaller step, where this one is too large whatever the data."""
        return smaller_step(self.size) or super().calmer()

    def calmed(self) -> Mapping[str, float]:
        """That smaller step."""
        return calm(self.size)

    def cost(self, times: Tensor, i: int) -> int:
        """The repeats, and one estimate more at the end."""
        return self.repeats if times[i + 1] > 0 else self.repeats + 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """The chain at t, then on to s."""
        for k in range(self.repeats):
            x = langevin(walk, x, t, self.size, stream=k)
        return walk.at(s).alpha / walk.at(t).alpha * x if s > 0 else walk.read(x, t).x0
