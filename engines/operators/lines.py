"""Rows or columns that are lost between others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.errors import BadMask
from engines.operators.mask import Holes, Mask
from engines.worded import Worded


class Direction(Worded):
    """Which lines: rows lie across the picture, columns stand in it."""

    ROWS = "rows"
    COLUMNS = "columns"


class Lines(Holes):
    """w is 1 on one row or column of so many, in equal distances or at random."""

    name: ClassVar[str] = "lines"
    title: ClassVar[str] = "Lines"
    short: ClassVar[str] = "lines"
    summary: ClassVar[str] = "Keeps one row or column of so many, evenly or at random, and loses those between."

    direction: Direction = option(Direction.ROWS, title="Lines", help="Whether rows or columns are kept.")
    every: int = option(2, title="One of", unit="lines", ge=2, le=64,
                        help="How many lines there are for each that is kept.")
    scattered: bool = option(False, title="At random",
                             help="Keeps as many lines at random places rather than in equal distances.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Mask:
        """The first line of each group, or as many drawn without putting back.

        Raises:
            BadMask: when there are fewer lines than `every`, or just one.
        """
        del files
        axis = -2 if self.direction is Direction.ROWS else -1
        count, (height, width) = shape[axis], shape[-2:]
        if self.every > count > 1:
            raise BadMask(f"One line of {self.every} is more than the {count} {self.direction.word} of "
                          f"{width}×{height} px; choose one of {count} or fewer.")
        places = torch.arange(0, count, self.every)
        if self.scattered:
            places = torch.randperm(count, generator=draws)[:len(places)]
        line = torch.zeros(count, dtype=torch.bool)
        line[places] = True
        known = (line[:, None] if axis == -2 else line).expand(height, width)
        return Mask.keeping(known, shape, chosen=f"One line of {self.every}", more="fewer lines",
                            less=f"a picture of 2 or more {self.direction.word}")
