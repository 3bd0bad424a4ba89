"""A density on a line that is drawn as a curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.data.points.base import uniforms
from engines.errors import BadInput


@dataclass(frozen=True, eq=False)
class Profile:
    """A density that is constant within each cell of a line, with mean 0 and variance 1.

    Args:
        heights: (W,) ≥ 0, from the left: how dense each cell is. Any scale.

    Raises BadInput when all are 0, or some are negative or not finite.
    """

    heights: np.ndarray[Any, np.dtype[Any]]

    def __post_init__(self) -> None:
        """Check the heights."""
        if self.heights.ndim != 1 or not np.isfinite(self.heights).all() or (self.heights < 0).any():
            raise BadInput("A drawn density has values that are negative or not finite; draw it again.")
        if not self.heights.any():
            raise BadInput("Nothing is drawn; draw a curve first.")

    def frame(self) -> tuple[float, float]:
        """The mean in cells from the left end, and how many cells make a unit."""
        share = self._share()
        middles = torch.arange(len(share)).double() + 0.5
        mean = float(share @ middles)
        # within a cell the value is uniform: 1/12
        return mean, math.sqrt(float(share @ (middles - mean).square()) + 1 / 12)

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """(count, 1): a cell by its height and a place within it."""
        (mean, unit), total = self.frame(), self._share().cumsum(0)
        at = torch.searchsorted(total, uniforms(count, generator) * total[-1], right=True).clamp(max=len(total) - 1)
        return ((at + uniforms(count, generator) - mean) / unit)[:, None]

    def log_density(self, x: Tensor) -> Tensor:
        """log p of values (B, 1): (B,), −inf where nothing is drawn."""
        share, (mean, unit) = self._share(), self.frame()
        cell = (x[:, 0].double() * unit + mean).floor().long()
        inside = (cell >= 0) & (cell < len(share))
        return torch.where(inside, share[cell.clamp(0, len(share) - 1)], 0.0).log() + math.log(unit)

    def _share(self) -> Tensor:
        """The heights as shares of all of them."""
        heights = torch.as_tensor(self.heights.astype(np.float64))
        return heights / heights.sum()
