"""A rectangle that is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.operators.mask import Holes, Mask


class Box(Holes):
    """w is 0 in a rectangle of the picture's own proportions."""

    name: ClassVar[str] = "box"
    title: ClassVar[str] = "Box"
    short: ClassVar[str] = "box"
    summary: ClassVar[str] = "Loses a rectangle, in the middle or wherever it is placed."

    side: float = option(50, title="Side", unit="%", gt=0, le=100, widget="slider",
                         help="Sides of the lost rectangle, as a share of the picture’s.")
    across: float = option(0, title="Across", unit="%", ge=-100, le=100, widget="slider",
                           help="Place from left (−100) to right (100), with 0 in the middle.")
    down: float = option(0, title="Down", unit="%", ge=-100, le=100, widget="slider",
                         help="Place from top (−100) to bottom (100), with 0 in the middle.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Mask:
        """Sides and place are rounded to whole pixels; raises BadMask where no pixel is lost, or every one."""
        del draws, files
        known = torch.ones(shape[-2:], dtype=torch.bool)
        rows, columns = (self._span(length, place) for length, place in zip(known.shape, (self.down, self.across),
                                                                            strict=True))
        known[rows, columns] = False
        return Mask.keeping(known, shape, chosen=f"A box of {self.side:g} % of each side", more="a smaller box",
                            less="a larger box")

    def _span(self, length: int, place: float) -> slice:
        """Where it lies along a side of so many pixels."""
        lost = round(self.side / 100 * length)
        start = round((length - lost) * (1 + place / 100) / 2)
        return slice(start, start + lost)
