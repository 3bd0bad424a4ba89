"""Noise of few photons."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.operators.base import MeasurementNoise


class PoissonNoise(MeasurementNoise):
    """Counts of photons: from none at −1 to a mean of `peak` at 1."""

    name: ClassVar[str] = "poisson"
    title: ClassVar[str] = "Poisson noise"
    summary: ClassVar[str] = "As a camera has in the dark: each number is a count of photons, surer the brighter it is."
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \term{noise}{\frac{2}{\Pi}\,\mathrm{Poisson}\left(\Pi\,\frac{A x_0 + 1}{2}\right) - 1}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("noise", "Noise of the measurement"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\mathrm{Poisson}", "a random count, with this mean and variance"),)

    peak: float = option(60, title="Peak", unit="photons", symbol=r"\Pi", ge=1, le=100_000, widget="log-slider",
                         help="Mean count of photons where the picture is white.")

    def added(self, y: Tensor, draws: torch.Generator) -> Tensor:
        """Counts as brightness again; what is darker than black has none."""
        counts = torch.poisson(self._means(y), generator=draws)
        return (2 * counts / self.peak - 1).to(y)

    def sigma(self, y: Tensor) -> float:
        """2 √(mean count) / peak, in units of the data: counts vary by as much as their mean."""
        return 2 / self.peak * float(self._means(y).mean().sqrt())

    def _means(self, y: Tensor) -> Tensor:
        """Mean counts, float64 on the CPU where they are drawn."""
        return ((y.detach().cpu().double() + 1) / 2 * self.peak).clamp(min=0)
