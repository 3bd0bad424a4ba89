"""Gaussian noise of a measurement."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.formula import Term
from engines.operators.base import MeasurementNoise

HALF = 127.5  # grey levels of 255 in 1 of the data's units, which reach from −1 to 1


class GaussianNoise(MeasurementNoise):
    """y = A x0 + sigma_y n."""

    gaussian: ClassVar[bool] = True
    name: ClassVar[str] = "gaussian"
    title: ClassVar[str] = "Gaussian noise"
    summary: ClassVar[str] = "The same normal noise on every number of the measurement; 0 for none."
    formula: ClassVar[tuple[str, ...]] = (r"y = A x_0 + \term{noise}{\sigma_y\, \xi}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("noise", "Noise of the measurement"),)

    level: float = option(12.75, title="Level", unit="of 255", symbol=r"\sigma_y", ge=0, le=255, widget="slider",
                          help="Standard deviation of the noise, in grey levels of 255.")

    def added(self, y: Tensor, draws: torch.Generator) -> Tensor:
        """Each number with noise of its own."""
        return y + self.level / HALF * torch.randn(y.shape, generator=draws, dtype=torch.float64).to(y)

    def sigma(self, y: Tensor) -> float:
        """As chosen, in units of the data."""
        del y
        return self.level / HALF
