"""Grey pictures of colour ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.errors import BadInput
from engines.formula import Term
from engines.operators.base import Degradation, Family, LinearOperator, Spectrum
from engines.worded import Worded


class Weights(Worded):
    """How much red, green and blue add to grey."""

    LUMA = "luma"
    MEAN = "mean"


SHARES = {Weights.LUMA: (0.299, 0.587, 0.114), Weights.MEAN: (1 / 3, 1 / 3, 1 / 3)}  # luma by ITU-R BT.601
LINES = {Weights.LUMA: r"y = \term{likelihood}{0.299\,\text{red} + 0.587\,\text{green} + 0.114\,\text{blue}}",
         Weights.MEAN: r"y = \term{likelihood}{\frac{1}{3}\left(\text{red} + \text{green} + \text{blue}\right)}"}


@dataclass(frozen=True, eq=False)
class Grey(LinearOperator):
    """The weighted sum of the channels of a sample (C, H, W); weights: C numbers, not all of them 0."""

    weights: tuple[float, ...]
    size: tuple[int, int]

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return (len(self.weights), *self.size)

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(1, H, W)."""
        return (1, *self.size)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, 1, H, W)."""
        return (x * self._column(x)).sum(dim=1, keepdim=True)

    def adjoint(self, y: Tensor) -> Tensor:
        """(B, 1, H, W) -> (B, C, H, W)."""
        return y * self._column(y)

    def spectrum(self) -> Spectrum:
        """The same for every pixel: the sum of the squared weights."""
        power = sum(weight**2 for weight in self.weights)
        return Spectrum(torch.tensor(power, dtype=torch.float64), lambda y: y, lambda c: c)

    def _column(self, like: Tensor) -> Tensor:
        return torch.tensor(self.weights, dtype=like.dtype, device=like.device).reshape(-1, 1, 1)


class Greyscale(Degradation):
    """y = Σ_c weight_c x_c."""

    name: ClassVar[str] = "grey"
    title: ClassVar[str] = "Grey from colour"
    short: ClassVar[str] = "grey from colour"
    summary: ClassVar[str] = "Loses the colours, so that they are to be found for a grey picture."
    family: ClassVar[int] = Family.CHANGED
    formula: ClassVar[tuple[str, ...]] = (LINES[Weights.LUMA],)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Grey picture"),)
    source: ClassVar[str] = "ITU-R BT.601-7, section 2.5.1 (luma)"

    weights: Weights = option(Weights.LUMA, title="Weights",
                              help="Luma weighs the colours as the eye does; mean takes a third of each.")

    def lines(self) -> tuple[str, ...]:
        """With the weights that are chosen."""
        return (LINES[self.weights],)

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Grey:
        """Of pictures of three channels; raises BadInput for others."""
        del draws, files
        channels, height, width = shape
        if channels != 3:
            raise BadInput(f"Grey is made of 3 channels, and a picture has {channels} here; choose a model of colour "
                           "pictures.")
        return Grey(SHARES[self.weights], (height, width))
