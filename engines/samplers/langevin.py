"""Langevin dynamics at one noise level: a Markov chain whose law becomes that of the noisy data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk, root

STABLE = 2.0  # size of a step, at and above which a chain about a Gaussian of the noise's width leaves it for good
CALM = 1.0  # size of a step that takes such a chain right to its mean


def langevin(walk: Walk, x: Split, t: Tensor, size: float, stream: int = 0) -> Split:
    """x + h·score + sqrt(2h)·z at time t with h = size·sigma²: what keeps p_t as it is, as h goes to 0."""
    sigma = walk.at(t).sigma
    h = size * (sigma * sigma)
    return x + h * walk.read(x, t).score + walk.fresh(root(2 * h), stream)


def smaller_step(size: float) -> str:
    """What to choose in place of a step that is too large whatever the data, "" for one that is not."""
    return f"a step size below {STABLE:g}, where it is {size:g} now" if size >= STABLE else ""


def calm(size: float) -> Mapping[str, float]:
    """A step size in place of one that is too large whatever the data; none for one that is not."""
    return {"size": CALM} if size >= STABLE else {}


class Langevin(Stepper):
    """All steps are made at one time, but for the last where it goes to the estimate of the data."""

    name: ClassVar[str] = "langevin"
    title: ClassVar[str] = "Langevin"
    summary: ClassVar[str] = "Follows the score at one noise level; modes that lie apart keep the weights of the start."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{-\frac{h}{\sigma_t}\hat\epsilon} + \term{noise}{\sqrt{2h}\,z}",
        r"\text{at last: }\Delta x = \term{prior}{\hat x_0 - x_t}")
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (Letter("h", "the size of a Langevin step"),)
    source: ClassVar[str] = "Parisi 1981; Welling & Teh 2011; Song & Ermon 2019, arXiv 1907.05600, eq. 4"
    exact: ClassVar[bool] = False

    level: float = option(0.2, title="Level", gt=0, le=0.99, widget="slider",
                          help="Where on the path the chain runs: a share of it, 0 being the data.")
    size: float = option(0.1, title="Step size", gt=0, le=10, widget="log-slider",
                         help="h over σ²; larger steps mix faster and change the law, above 2 they diverge.")
    finish: bool = option(True, title="Denoised end",
                          help="The last step goes to the estimate of the data. Without that the run ends with the "
                               "chain itself, whose law is that of the noisy data at its level.")

    def lines(self) -> tuple[str, ...]:
        """The chain, and what it ends with."""
        return self.formula if self.finish else self.formula[:1]

    def calmer(self) -> str:
        """A smaller step, where this one is too large whatever the data."""
        return smaller_step(self.size) or super().calmer()

    def calmed(self) -> Mapping[str, float]:
        """That smaller step."""
        return calm(self.size)

    def visited(self, times: Tensor) -> Tensor:
        """The level over and over, and 0 where the estimate of the data is the end."""
        visited = torch.full_like(times, self.level * float(times[0]))
        if self.finish:
            visited[-1] = 0
        return visited

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """One move of the chain; on to time 0 the estimate of the data."""
        return langevin(walk, x, t, self.size) if s > 0 else walk.read(x, t).x0
