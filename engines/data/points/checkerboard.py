"""Checkerboard: every other square of a board."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.data.points.base import PointSet, outside, uniforms


class Checkerboard(PointSet):
    """Uniform on every other square of a board: sharp edges, holes as large as what is filled."""

    name: ClassVar[str] = "checkerboard"
    title: ClassVar[str] = "Checkerboard"
    summary: ClassVar[str] = "Every other square of a board, evenly filled, with sharp edges."

    side: int = option(4, title="Side", ge=2, le=12, multiple_of=2, help="Squares in each row and each column.")

    @property
    def square(self) -> float:
        """Side of a square, so that a coordinate has variance 1."""
        # on a board of an even number of squares each coordinate alone is uniform over the whole width
        return math.sqrt(12) / self.side

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """A row, one of the filled squares in it, and a place within."""
        row = torch.randint(self.side, (count,), generator=generator)
        column = 2 * torch.randint(self.side // 2, (count,), generator=generator) + row % 2
        within = torch.stack([uniforms(count, generator), uniforms(count, generator)], 1)
        return (torch.stack([column, row], 1) + within - self.side / 2) * self.square

    def log_density(self, x: Tensor) -> Tensor:
        """Minus the log of the filled area within a filled square, −inf outside."""
        cell = (x.double() / self.square + self.side / 2).floor()
        filled = ((cell >= 0) & (cell < self.side)).all(1) & (cell.sum(1) % 2 == 0)
        area = self.side**2 / 2 * self.square**2
        return outside(filled, -math.log(area))
