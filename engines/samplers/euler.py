"""Euler’s method on the probability-flow ODE, in the coordinates in which every path has the same one."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.formula import Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk


class Euler(Stepper):
    """x_s/alpha_s = x_t/alpha_t + (kappa_s − kappa_t)·eps_hat with kappa = sigma/alpha: DDIM without noise."""

    name: ClassVar[str] = "euler"
    title: ClassVar[str] = "Euler"
    summary: ClassVar[str] = "One straight step of the ODE at a time; order 1, and the same as DDIM at eta 0."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\left(\frac{x_t}{\alpha_t} + "
        r"(\kappa_s - \kappa_t)\hat\epsilon\right) - x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"),)
    source: ClassVar[str] = "Karras et al. 2022, arXiv 2206.00364, section 3; Song, Meng & Ermon 2021, eq. 14"
    order: ClassVar[int] = 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """Along the noise estimate of where the step begins."""
        return walk.carry(x, t, s, walk.read(x, t).eps)
