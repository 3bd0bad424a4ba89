"""Heun’s method on the probability-flow ODE (EDM without churn)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.formula import Letter, Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk


class Heun(Stepper):
    """An Euler step, corrected by the noise estimate at its end; the last one, to t = 0, is Euler's alone."""

    name: ClassVar[str] = "heun"
    title: ClassVar[str] = "Heun"
    summary: ClassVar[str] = "Two estimates a step, at its beginning and its end; order 2."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\left(\frac{x_t}{\alpha_t} + "
        r"(\kappa_s - \kappa_t)\frac{\hat\epsilon + \hat\epsilon_s}{2}\right) - x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"),)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\hat\epsilon_s", "the noise seen at the end of an Euler step"),)
    source: ClassVar[str] = "Karras et al. 2022, arXiv 2206.00364, algorithm 1"
    order: ClassVar[int] = 2
    by_level: ClassVar[bool] = True
    grid: ClassVar[str] = "log-snr"

    def cost(self, times: Tensor, i: int) -> int:
        """Two, and one at the end."""
        return 2 if times[i + 1] > 0 else 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """The mean of the two slopes; at t = 0 there is no noise to estimate."""
        here = walk.read(x, t).eps
        there = walk.carry(x, t, s, here)
        if s <= 0:
            return there
        return walk.carry(x, t, s, 0.5 * (here + walk.read(there, s).eps))
