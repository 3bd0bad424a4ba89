"""DPM-Solver-1 (Lu et al. 2022): the exponential integrator of order 1."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.formula import Term
from engines.process.paths import Path
from engines.samplers.base import Move, OneStep


class DPMSolver1(OneStep):
    """x_s = alpha_s/alpha_t·x_t − sigma_s(e^h − 1)·eps_hat, with h half the gain of log-SNR."""

    name: ClassVar[str] = "dpm-1"
    title: ClassVar[str] = "DPM-Solver-1"
    summary: ClassVar[str] = "The ODE solved in log-SNR with one estimate a step: order 1, the same as DDIM at eta 0."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\frac{\alpha_s}{\alpha_t}x_t - "
        r"\alpha_s\left(\frac{\sigma_t}{\alpha_t} - \frac{\sigma_s}{\alpha_s}\right)\hat\epsilon - x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"),)
    source: ClassVar[str] = "Lu et al. 2022, arXiv 2206.00927, eq. 3.7"
    order: ClassVar[int] = 1

    def move(self, path: Path, t: Tensor, s: Tensor) -> Move:
        """Coefficients of eq. 3.7; sigma_s·e^h is alpha_s·sigma_t/alpha_t, which stays finite at s = 0."""
        # how far along eps_hat = (x − alpha_t·x0_hat)/sigma_t
        along = path.sigma(s) - path.alpha(s) * path.sigma(t) / path.alpha(t)
        keep = path.alpha(s) / path.alpha(t) + along / path.sigma(t)
        return Move(keep, -along * path.alpha(t) / path.sigma(t), 0 * s)
