"""Densities from pictures: a drawing by the user, or a text drawn with a font."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from pydantic import field_validator
from torch import Tensor

from engines.component import option
from engines.data.points.base import PointSet, uniforms
from engines.errors import BadInput, BadOption
from engines.modalities.sheet import laid
from engines.units import Units

FONT = Path(__file__).resolve().parents[3] / "resources" / "fonts" / "Inter-SemiBold.otf"
NO_LETTER = "\uffff"  # never one, in no font
HEIGHT = 64  # of the letters, in pixels


@dataclass(frozen=True, eq=False)
class Raster:
    """A density that is constant within each pixel, with mean 0 and a mean variance of 1 a coordinate.

    Args:
        ink: (H, W) ≥ 0, the first row on top: how dense each pixel is. Any scale.

    Raises BadInput when there is no ink, or some that is negative or not finite.
    """

    ink: np.ndarray[Any, np.dtype[Any]]

    def __post_init__(self) -> None:
        """Check the ink."""
        if self.ink.ndim != 2 or not np.isfinite(self.ink).all() or (self.ink < 0).any():
            raise BadInput("A drawn density has values that are negative or not finite; draw it again.")
        if not self.ink.any():
            raise BadInput("Nothing is drawn; draw or type something first.")

    def frame(self) -> tuple[Tensor, float]:
        """The mean (2,) in pixels from the lower left corner, and how many pixels make a unit."""
        share = self._share()
        down, across = torch.arange(share.shape[0], 0, -1).double() - 0.5, torch.arange(share.shape[1]).double() + 0.5
        columns, rows = share.sum(0), share.sum(1)
        mean = torch.stack([columns @ across, rows @ down])
        # within a pixel a coordinate is uniform: 1/12 each
        variance = columns @ (across - mean[0]).square() + rows @ (down - mean[1]).square() + 2 / 12
        return mean, math.sqrt(float(variance) / 2)

    def units(self) -> Units:
        """Where points of it lie on the sheet that it was painted on."""
        sheet, (mean, unit) = laid(*self.ink.shape), self.frame()
        across, up = (corner + sheet.width * float(at) for corner, at in zip(sheet.corner, mean, strict=True))
        return Units((across, up), sheet.width * unit)

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """(count, 2): a pixel by its ink and a place within it."""
        share, (mean, unit) = self._share(), self.frame()
        total = share.flatten().cumsum(0)
        at = torch.searchsorted(total, uniforms(count, generator) * total[-1], right=True).clamp(max=len(total) - 1)
        row, column = at // share.shape[1], at % share.shape[1]
        corner = torch.stack([column, share.shape[0] - 1 - row], 1)
        return (corner + torch.stack([uniforms(count, generator), uniforms(count, generator)], 1) - mean) / unit

    def log_density(self, x: Tensor) -> Tensor:
        """log p of points (B, 2): (B,), −inf where there is no ink."""
        share, (mean, unit) = self._share(), self.frame()
        column, up = (x.double() * unit + mean).floor().long().T
        row = share.shape[0] - 1 - up
        inside = (row >= 0) & (row < share.shape[0]) & (column >= 0) & (column < share.shape[1])
        ink = share[row.clamp(0, share.shape[0] - 1), column.clamp(0, share.shape[1] - 1)]
        return torch.where(inside, ink, 0.0).log() + 2 * math.log(unit)

    def _share(self) -> Tensor:
        """The ink as shares of all of it."""
        ink = torch.as_tensor(self.ink.astype(np.float64))
        return ink / ink.sum()


def _drawn(letter: str, font: ImageFont.FreeTypeFont) -> bytes:
    """The pixels of one letter."""
    page = Image.new("L", (2 * HEIGHT, 2 * HEIGHT))
    ImageDraw.Draw(page).text((HEIGHT // 2, 0), letter, fill=255, font=font)
    return page.tobytes()


@lru_cache(maxsize=64)
def _missing(text: str) -> str:
    """Those signs of a text that the font draws as an empty box, each once; of one text it is asked at every key."""
    font = ImageFont.truetype(str(FONT), HEIGHT)
    box = _drawn(NO_LETTER, font)
    return "".join(letter for letter in dict.fromkeys(text) if not letter.isspace() and _drawn(letter, font) == box)


class Text(PointSet):
    """A text in the program's own font, evenly filled."""

    name: ClassVar[str] = "text"
    title: ClassVar[str] = "Text"
    summary: ClassVar[str] = "Letters that you type, filled with points."

    text: str = option("diffuse", title="Text", min_length=1, max_length=40, pattern=r"\S",
                       help="What is written; at least one letter or digit.")

    @field_validator("text")
    @classmethod
    def _can_be_drawn(cls, text: str) -> str:
        if missing := _missing(text):
            raise BadOption(f"The text has “{missing}”, which the font does not draw; use letters, digits and common "
                            "signs.")
        return text

    def raster(self) -> Raster:
        """The letters as a density; raises BadInput when they leave no ink."""
        font = ImageFont.truetype(str(FONT), HEIGHT)
        left, top, right, bottom = ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), self.text, font=font)
        size = (max(1, math.ceil(right - left)), max(1, math.ceil(bottom - top)))
        page = Image.new("L", size)
        ImageDraw.Draw(page).text((-left, -top), self.text, fill=255, font=font)
        return Raster(np.asarray(page))

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """Points within the letters."""
        return self.raster().drawn(count, generator)

    def log_density(self, x: Tensor) -> Tensor:
        """Even but for the smoothed edges of the letters."""
        return self.raster().log_density(x)
