"""Clipping: a picture taken with too long an exposure, as in high dynamic range imaging."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.formula import Term
from engines.operators.base import Degradation, Family, Operator


@dataclass(frozen=True, eq=False)
class Clip(Operator):
    """y = max(−1, min(1, gain·x)): linear between ±1/gain, and the same for all that lies beyond."""

    shape: tuple[int, ...]
    gain: float

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W), or any sample shape."""
        return self.shape

    @property
    def shape_out(self) -> tuple[int, ...]:
        """That of a sample."""
        return self.shape

    def forward(self, x: Tensor) -> Tensor:
        """The clipped values; their gradient is 0 where they are clipped."""
        return (self.gain * x).clamp(-1, 1)

    def pinv(self, y: Tensor) -> Tensor:
        """y/gain, of least norm among the samples that are measured so: A(A⁺ y) = y for y in [−1, 1]."""
        return y / self.gain

    def blend(self, known: Tensor, x: Tensor) -> Tensor:
        """`known` where it was not clipped; elsewhere x, at least as far out as the clip: measured just as `known`."""
        edge = 1 / self.gain
        beyond = torch.where(known > 0, x.clamp(min=edge), x.clamp(max=-edge))
        return torch.where((self.gain * known).abs() < 1, known, beyond)


class Clipping(Degradation):
    """Overexposure."""

    name: ClassVar[str] = "clipping"
    title: ClassVar[str] = "Clipping"
    short: ClassVar[str] = "clipping"
    summary: ClassVar[str] = "Raises the contrast until bright parts are all white and dark ones all black."
    family: ClassVar[int] = Family.CHANGED
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{\max(-1, \min(1, G x_0))}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Clipped picture"),)
    source: ClassVar[str] = "Mardani et al. 2024, arXiv 2305.04391, section 5 (high dynamic range, a factor of 2)"
    linear: ClassVar[bool] = False
    spectral: ClassVar[bool] = False

    gain: float = option(2.0, title="Gain", symbol="G", ge=1, le=100, widget="log-slider",
                         help="Factor of the contrast around mid-grey before all beyond black and white is cut off.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Clip:
        """The clip; it fits every shape."""
        del draws, files
        return Clip(tuple(shape), self.gain)
