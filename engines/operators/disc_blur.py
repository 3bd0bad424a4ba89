"""Blur of a lens that is out of focus."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.operators.blur import Blurring, check_reach

FINE = 8  # points across a pixel, to find which share of it the disc covers


class DiscBlur(Blurring):
    """The kernel is the share of each pixel that a disc about the middle covers."""

    name: ClassVar[str] = "disc-blur"
    title: ClassVar[str] = "Disc blur"
    summary: ClassVar[str] = "Spreads every point over a disc, as a lens out of focus does; opposite edges meet."

    radius: float = option(3, title="Radius", unit="px", ge=0.5, le=100, widget="log-slider",
                           help="Radius of the disc.")

    def kernel(self, shape: tuple[int, ...], files: Mapping[str, Tensor]) -> Tensor:
        """Side 2·⌊radius + ½⌋ + 1; raises BadInput where the disc is wider than the shorter side."""
        del files
        check_reach("radius", self.radius, min(shape[-2:]) / 2, shape)
        side = 2 * math.floor(self.radius + 0.5) + 1
        points = (torch.arange(side * FINE, dtype=torch.float64) + 0.5) / FINE - side / 2
        covered = points[:, None] ** 2 + points[None, :] ** 2 <= self.radius**2
        return covered.double().reshape(side, FINE, side, FINE).mean(dim=(1, 3))
