"""Pixels that are lost here and there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.operators.mask import Holes, Mask


class RandomPixels(Holes):
    """w is 1 at so many pixels, drawn without putting back, the same ones in every channel."""

    name: ClassVar[str] = "random-pixels"
    title: ClassVar[str] = "Random pixels"
    short: ClassVar[str] = "random pixels"
    summary: ClassVar[str] = "Keeps a share of the pixels, scattered over the picture, and loses the others."

    share: float = option(50, title="Kept", unit="%", gt=0, lt=100, widget="slider",
                          help="Share of the pixels that stay known, in every channel the same ones.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Mask:
        """Exactly the nearest whole number of pixels is known; raises BadMask where that is none or all."""
        del files
        height, width = shape[-2:]
        count = round(self.share / 100 * height * width)
        known = torch.zeros(height * width, dtype=torch.bool)
        known[torch.randperm(height * width, generator=draws)[:count]] = True
        return Mask.keeping(known.reshape(height, width), shape, chosen=f"A share of {self.share:g} %",
                            more="a larger share", less="a smaller share")
