"""PLMS (Liu et al. 2022): linear multistep, Adams–Bashforth of order 4 on the noise estimate."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.formula import Letter, Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk

# of the present estimate and those before it, the latest first, by how many there are
WEIGHTS = ((1.0,), (3 / 2, -1 / 2), (23 / 12, -16 / 12, 5 / 12), (55 / 24, -59 / 24, 37 / 24, -9 / 24))


class PLMS(Stepper):
    """An Euler step along a weighted sum of the last four noise estimates; the first step takes two of its own.

    A run that starts midway without a past begins with Euler's step.
    """

    name: ClassVar[str] = "plms"
    title: ClassVar[str] = "PLMS"
    summary: ClassVar[str] = "Weighs the noise estimates of the last four steps; one evaluation a step."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\left(\frac{x_t}{\alpha_t} + "
        r"(\kappa_s - \kappa_t)\tilde\epsilon\right) - x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\tilde\epsilon", "the weighted sum of the noise seen in this step and the three before"),)
    source: ClassVar[str] = "Liu et al. 2022, arXiv 2202.09778, eq. 12; the first step as in Rombach et al. 2022"
    order: ClassVar[int] = 2
    by_level: ClassVar[bool] = True
    grid: ClassVar[str] = "log-snr"
    remembers: ClassVar[int] = 3

    def cost(self, times: Tensor, i: int) -> int:
        """One, and two in the first move unless it is the last as well."""
        return 2 if i == 0 and times[1] > 0 else 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """Adams–Bashforth of as high an order as there are estimates; at step 0, Heun's mean of two."""
        here = walk.read(x, t).eps
        if walk.index == 0 and s > 0:
            return walk.carry(x, t, s, 0.5 * (here + walk.read(walk.carry(x, t, s, here), s).eps))
        first, *others = WEIGHTS[len(walk.past)]
        slope = first * here
        for weight, before in zip(others, walk.past, strict=True):
            slope = slope + weight * before.eps
        return walk.carry(x, t, s, slope)
