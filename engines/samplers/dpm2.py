"""DPM-Solver-2 (Lu et al. 2022): the ODE solved in log-SNR, with one estimate half-way."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from engines.formula import Letter, Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk


class DPMSolver2(Stepper):
    """The step to s along the noise estimate half-way in log-SNR; the last step, to t = 0, is of order 1."""

    name: ClassVar[str] = "dpm-2"
    title: ClassVar[str] = "DPM-Solver-2"
    summary: ClassVar[str] = "Two estimates a step, the second half-way in log-SNR; order 2."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\left(\frac{x_t}{\alpha_t} + "
        r"(\kappa_s - \kappa_t)\hat\epsilon_m\right) - x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"),)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\hat\epsilon_m", "the noise seen half-way in log-SNR"),)
    source: ClassVar[str] = "Lu et al. 2022, arXiv 2206.00927, algorithm 1 (r = 1/2)"
    order: ClassVar[int] = 2

    def cost(self, times: Tensor, i: int) -> int:
        """Two, and one at the end."""
        return 2 if times[i + 1] > 0 else 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """sigma_s(e^h − 1) of the paper is alpha_s(kappa_t − kappa_s), so both of its lines are `carry`."""
        here = walk.read(x, t).eps
        if s <= 0:
            return walk.carry(x, t, s, here)
        middle = walk.path.t_at(torch.tensor((walk.at(t).log_snr + walk.at(s).log_snr) / 2, dtype=torch.float64))
        return walk.carry(x, t, s, walk.read(walk.carry(x, t, middle, here), middle).eps)
