"""The exact consistency function, by following the flow with many small steps inside of each of its own."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from engines.formula import Letter, Term
from engines.samplers.rk4 import runge_kutta
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk

INSIDE = 40  # Runge–Kutta steps that stand for one evaluation of the function
RHO, FINEST = 7.0, 2e-3  # how they are spread over the noise, as EDM does, and where the last one begins


class FlowMap(Stepper):
    """What a consistency model learns: from any point of a path of the flow to its end, in one step.

    After a step that is not the last, fresh noise takes the end back to the time of the next one.
    """

    name: ClassVar[str] = "flow-map"
    title: ClassVar[str] = "Exact consistency function"
    summary: ClassVar[str] = "What consistency models learn, computed: it costs the calls that they save."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s f(x_t, t) - x_t} + \term{noise}{\sigma_s z}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "To the end of the flow"), Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (Letter("f", "the data that the probability-flow ODE takes a state to"),)
    source: ClassVar[str] = "Song, Dhariwal, Chen & Sutskever 2023, arXiv 2303.01469, definition 1 and algorithm 1"

    def cost(self, times: Tensor, i: int) -> int:
        """Four calls for each step inside, and one at the end."""
        del times, i
        return 4 * INSIDE + 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """Down to almost no noise, the estimate there, and fresh noise up to s."""
        most = walk.at(t).kappa
        first, last = (level ** (1 / RHO) for level in (most, min(FINEST, most / 2)))
        levels = (first + torch.linspace(0, 1, INSIDE + 1, dtype=torch.float64) * (last - first)) ** RHO
        now = t
        for level in levels[1:]:
            then = walk.path.t_at_kappa(level)
            x, now = runge_kutta(walk, x, now, then), then
        end = walk.read(x, now).x0
        return end if s <= 0 else walk.at(s).alpha * end + walk.fresh(walk.at(s).sigma)
