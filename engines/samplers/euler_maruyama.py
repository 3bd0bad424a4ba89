"""Euler–Maruyama on the reverse SDE (Song et al. 2021), in the coordinates in which every path has the same one."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.formula import Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk, root


class EulerMaruyama(Stepper):
    """The reverse SDE of x/alpha, whose noise is kappa = sigma/alpha: drift and fresh noise held constant over a step.

    The last step adds none, as its noise would stay in the result.
    """

    name: ClassVar[str] = "euler-maruyama"
    title: ClassVar[str] = "Euler–Maruyama"
    summary: ClassVar[str] = "The reverse SDE step by step; needs more steps than the ODE, and forgets earlier errors."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\left(\frac{x_t}{\alpha_t} - "
        r"\frac{\kappa_t^2 - \kappa_s^2}{\kappa_t}\hat\epsilon\right) - x_t} + \term{noise}{\sqrt{v}\,z}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("noise", "Fresh noise"))
    source: ClassVar[str] = "Song et al. 2021, arXiv 2011.13456, eq. 6 and appendix E (reverse diffusion sampler)"

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """v = alpha_s²(kappa_t² − kappa_s²), and eps_hat/kappa is minus the score of x/alpha; no noise at s = 0."""
        here, there = walk.at(t), walk.at(s)
        gone = here.kappa * here.kappa - there.kappa * there.kappa
        drift = there.alpha / here.alpha * x - there.alpha * gone / here.kappa * walk.read(x, t).eps
        return drift + walk.fresh(there.alpha * root(gone) if s > 0 else 0)
