"""Noise of broken pixels."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.operators.base import MeasurementNoise


class SaltAndPepper(MeasurementNoise):
    """A share of the pixels is white or black, each as often, whatever was there."""

    name: ClassVar[str] = "salt-and-pepper"
    title: ClassVar[str] = "Salt and pepper"
    summary: ClassVar[str] = "Makes some pixels black and some white, whatever was there, and leaves the others."
    formula: ClassVar[tuple[str, ...]] = (r"y = \left(1 - \iota\right) \odot A x_0 + \term{noise}{\iota \odot \xi}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("noise", "Noise of the measurement"),)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\iota", "1 where a pixel is broken, else 0"),)

    share: float = option(5, title="Broken", unit="%", ge=0, le=100, widget="slider",
                          help="Share of the pixels that are broken, in every channel the same ones.")

    def added(self, y: Tensor, draws: torch.Generator) -> Tensor:
        """−1 or 1 in all channels of a pixel (B, C, H, W), or in a number of any other measurement (B, M)."""
        shape = (len(y), 1, *y.shape[2:]) if y.ndim > 2 else tuple(y.shape)
        chance = torch.rand(shape, generator=draws, dtype=torch.float64)
        white = torch.rand(shape, generator=draws, dtype=torch.float64) < 0.5
        broken = (chance < self.share / 100).to(y.device)
        return torch.where(broken, torch.where(white, 1.0, -1.0).to(y), y)

    def sigma(self, y: Tensor) -> float:
        """√(share · (1 + mean y²)): the root mean square of what it adds to a y without noise."""
        return (self.share / 100 * (1 + float(y.detach().cpu().double().square().mean()))) ** 0.5
