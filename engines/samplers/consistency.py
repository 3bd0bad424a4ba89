"""Consistency sampling (Song et al. 2023): each estimate is taken for the data, and noised again for the next."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.formula import Letter, Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk


class Consistency(Stepper):
    """x_s = alpha_s·f(x_t) + sigma_s·z, with f the network's estimate, which must be the end of the ODE from x_t.

    That is what a network learns by the consistency objectives. Any other gives the mean of all data that x_t may
    come from, which is no sample of them: one step is then a blur, and many are close to the data but not exact.
    """

    name: ClassVar[str] = "consistency"
    title: ClassVar[str] = "Consistency"
    short: ClassVar[str] = "consistency"
    summary: ClassVar[str] = "One or a few steps of a consistency model; with any other network it is not exact."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s f(x_t) - x_t} + \term{noise}{\sigma_s z}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("f", "the data that the probability-flow ODE takes a state to"),)
    source: ClassVar[str] = "Song et al. 2023, arXiv 2303.01469, algorithm 1"
    exact: ClassVar[bool] = False

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """To the data at once, and back to the noise of time s."""
        there = walk.at(s)
        return there.alpha * walk.read(x, t).x0 + walk.fresh(there.sigma)
