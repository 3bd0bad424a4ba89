"""Blur by a Gaussian."""

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

REACH = 6  # standard deviations: what lies beyond weighs less than 2e-8 of the middle


class GaussianBlur(Blurring):
    """The kernel is exp(−|r|²/2 width²) at whole pixels r."""

    name: ClassVar[str] = "gaussian-blur"
    title: ClassVar[str] = "Gaussian blur"
    summary: ClassVar[str] = "Spreads every point as a bell, as many small blurs together do."

    width: float = option(2, title="Width", unit="px", ge=0.1, le=50, widget="log-slider",
                          help="Standard deviation of the bell.")
    edges: Edges = edges_option()

    def kernel(self, shape: tuple[int, ...], files: Mapping[str, Tensor]) -> Tensor:
        """Out to six standard deviations; raises BadInput above half of the shorter side."""
        del files
        check_reach("width", self.width, min(shape[-2:]) / 2, shape)
        reach = math.ceil(REACH * self.width)
        line = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, dtype=torch.float64) / self.width) ** 2)
        return torch.outer(line, line)

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> LinearOperator:
        """With the edges that are chosen; raises BadInput as `kernel` does."""
        del draws
        return blurred(self.kernel(shape, files), shape, self.edges)
