"""Blur of a lens that is out of focus."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.operators.base import LinearOperator
from engines.operators.blur import Blurring, check_reach
from engines.operators.mirror import Edges, blurred, edges_option

FINE = 64  # lines through a pixel, along each of which the length within the disc is known


class DiscBlur(Blurring):
    """The kernel is the share of each pixel that a disc about the middle covers."""

    name: ClassVar[str] = "disc-blur"
    title: ClassVar[str] = "Disc blur"
    short: ClassVar[str] = "disc blur"
    summary: ClassVar[str] = "Spreads every point over a disc, as a lens out of focus does."

    radius: float = option(3, title="Radius", unit="px", ge=0.5, le=50, widget="log-slider",
                           help="Radius of the disc.")
    edges: Edges = edges_option()

    def kernel(self, shape: tuple[int, ...], files: Mapping[str, Tensor]) -> Tensor:
        """Side 2·⌊radius + ½⌋ + 1; raises BadInput where the disc is wider than the shorter side."""
        del files
        check_reach("radius", self.radius, min(shape[-2:]) / 2, shape)
        side = 2 * math.floor(self.radius + 0.5) + 1
        places = (torch.arange(side * FINE, dtype=torch.float64) + 0.5) / FINE - side / 2
        half = (self.radius**2 - places**2).clamp(min=0).sqrt()
        edge = (torch.arange(side, dtype=torch.float64) - side / 2)[:, None]
        within = half.clamp(edge, edge + 1) - (-half).clamp(edge, edge + 1)
        covered = within.reshape(side, side, FINE).mean(dim=2)
        return (covered + covered.T) / 2

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> LinearOperator:
        """With the edges that are chosen; raises BadInput as `kernel` does."""
        del draws
        return blurred(self.kernel(shape, files), shape, self.edges)
