"""Wrong on purpose: the forward SDE with the sign of time flipped, as if that reversed it."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from engines.formula import Term
from engines.process.paths import Path
from engines.samplers.base import Move, OneStep


class Flipped(OneStep):
    """dx = f x dt + g dw with dt below 0: it undoes the shrinking of the data, and adds noise where it should leave.

    The score that is missing is what tells noise from data (Anderson 1982), so it never asks what the data are.
    """

    name: ClassVar[str] = "flipped"
    title: ClassVar[str] = "Flipped sign (wrong)"
    summary: ClassVar[str] = "Wrong on purpose: without the score, time that runs backward adds noise all the same."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\frac{\alpha_s}{\alpha_t} x_t - x_t} + \term{noise}{\sqrt{v}\,z}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Drift alone, wrong"), Term("noise", "Fresh noise"))
    exact: ClassVar[bool] = False

    def move(self, path: Path, t: Tensor, s: Tensor) -> Move:
        """v = alpha_s²(kappa_t² − kappa_s²), the noise of Euler–Maruyama, without its drift along the score."""
        alpha_t, alpha_s = path.alpha(t), path.alpha(s)
        gone = path.kappa(t).square() - path.kappa(s).square()
        return Move(alpha_s / alpha_t, torch.zeros_like(alpha_s), alpha_s * gone.clamp(min=0).sqrt())
