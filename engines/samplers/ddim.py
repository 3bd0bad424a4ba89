"""DDIM (Song, Meng & Ermon 2021): deterministic at eta 0, DDPM's variance at eta 1."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.formula import Term
from engines.process.paths import Path
from engines.samplers.base import Move, OneStep


class DDIM(OneStep):
    """x_s = alpha_s·x0_hat + sqrt(sigma_s² − v)·eps_hat + sqrt(v)·z with v = eta²·beta-tilde."""

    name: ClassVar[str] = "ddim"
    title: ClassVar[str] = "DDIM"
    summary: ClassVar[str] = "Follows the noise estimate; few steps are enough."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s \hat x_0 + \sqrt{\sigma_s^2 - v}\,\hat\epsilon - x_t} + "
        r"\term{noise}{\sqrt{v}\,z}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("noise", "Fresh noise"))
    source: ClassVar[str] = "Song, Meng & Ermon 2021, arXiv 2010.02502, eq. 12 and 16"
    order: ClassVar[int] = 1

    eta: float = option(0.0, title="Eta", symbol=r"\eta", ge=0, le=1, widget="slider",
                        help="Share of fresh noise: 0 is deterministic, 1 has the variance of DDPM.")

    def move(self, path: Path, t: Tensor, s: Tensor) -> Move:
        """Coefficients of eq. 12, with eps_hat written out in x and x0_hat."""
        sigma_t, sigma_s = path.sigma(t), path.sigma(s)
        _, beta = path.transition(s, t)
        # eq. 16: eta² times the variance of q(x_s | x_t, x0), between any two times
        variance = self.eta**2 * beta * (sigma_s / sigma_t).square()
        # eq. 12 with eps_hat = (x − alpha_t·x0_hat)/sigma_t; at eta 1 rounding may take the root's argument below 0
        kept = (sigma_s.square() - variance).clamp(min=0).sqrt() / sigma_t  # factor of sigma_t·eps_hat
        return Move(kept, path.alpha(s) - kept * path.alpha(t), variance.sqrt())
