"""JPEG: blocks of 8×8 pixels whose cosine coefficients are rounded to steps."""
# torch.linalg and the splitting of tensors carry no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.operators.base import Degradation, Family, Operator
from engines.operators.cosine import COSINE

BLOCK, HALF = 8, 127.5  # pixels; grey levels of 255 in 1 of the data's units
# steps at quality 50 of light and of colour, as in annex K of the standard
LIGHT = ((16, 11, 10, 16, 24, 40, 51, 61), (12, 12, 14, 19, 26, 58, 60, 55), (14, 13, 16, 24, 40, 57, 69, 56),
         (14, 17, 22, 29, 51, 87, 80, 62), (18, 22, 37, 56, 68, 109, 103, 77), (24, 35, 55, 64, 81, 104, 113, 92),
         (49, 64, 78, 87, 103, 121, 120, 101), (72, 92, 95, 98, 112, 100, 103, 99))
COLOUR = ((17, 18, 24, 47, 99, 99, 99, 99), (18, 21, 26, 66, 99, 99, 99, 99), (24, 26, 56, 99, 99, 99, 99, 99),
          (47, 66, 99, 99, 99, 99, 99, 99), *((99,) * 8,) * 4)
# red, green and blue to light and two differences of colour, as in JFIF
SPLIT = ((0.299, 0.587, 0.114), (-0.299 / 1.772, -0.587 / 1.772, 0.5), (0.5, -0.587 / 1.402, -0.114 / 1.402))


def steps(table: tuple[tuple[int, ...], ...], quality: int) -> Tensor:
    """The steps (8, 8) float64 of a table at a quality from 1 to 100, by the rule of the Independent JPEG Group."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return torch.tensor(table).mul(scale).add(50).div(100, rounding_mode="floor").clamp(1, 255).double()


@dataclass(frozen=True, eq=False)
class Jpeg(Operator):
    """The decoded picture, without its being rounded to 255 grey levels: what is compressed again stays as it is.

    Three channels are taken as red, green and blue, of full resolution each; of another number, each as grey. Blocks
    at the right and lower edge are as small as what is left there, with the steps of the same waves: JPEG itself fills
    them up, and then a second compression would change them.

    shape: of a sample, (C, H, W); tables: (C, 8, 8), steps of rounding in grey levels of 255.
    """

    shape: tuple[int, ...]
    tables: Tensor

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    def forward(self, x: Tensor) -> Tensor:
        """Compressed and decoded; the gradient passes as if nothing were rounded (straight-through)."""
        split, shift = self._colours(x)
        planes = HALF * torch.einsum("dc,bchw->bdhw", split, x) + shift
        bands = [torch.cat([self._rounded(part) for part in band.split(_sizes(x.shape[-1]), -1)], -1)
                 for band in planes.split(_sizes(x.shape[-2]), -2)]
        return torch.einsum("cd,bdhw->bchw", torch.linalg.inv(split), (torch.cat(bands, -2) - shift) / HALF)

    def pinv(self, y: Tensor) -> Tensor:
        """y, which is a picture: A(A⁺ y) = y for every y that was compressed so."""
        return y

    def _colours(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The matrix (C, C) from channels to what is compressed, and what is added: of x in [−1, 1], 128 becomes 0."""
        split = torch.tensor(SPLIT) if len(self.tables) == 3 else torch.eye(len(self.tables))
        bright = split.sum(1) > 0.5  # a difference of colours has no middle to take away
        return split.to(x), torch.where(bright, HALF - 128, 0.0)[:, None, None].to(x)

    def _rounded(self, planes: Tensor) -> Tensor:
        """Planes (B, C, a·h, b·w) of blocks of h×w ≤ 8×8 px with rounded coefficients."""
        height, width = (min(BLOCK, size) for size in planes.shape[-2:])
        down, along = cosines(height).to(planes), cosines(width).to(planes)
        blocks = planes.unflatten(-1, (-1, width)).unflatten(-3, (-1, height))
        waves = (torch.arange(size) * BLOCK // size for size in (height, width))  # those of whole blocks
        sizes = self.tables[:, *torch.meshgrid(*waves, indexing="ij")].to(planes)
        # an orthonormal coefficient grows with the root of the block's pixels
        step = (sizes * ((height * width) ** 0.5 / BLOCK))[:, None, :, None, :]
        found = torch.einsum("ui,bchiwj,vj->bchuwv", down, blocks, along) / step
        # the second part is exactly 0 and brings the gradient
        whole = step * (found.round().detach() + (found - found.detach()))
        return torch.einsum("ui,bchuwv,vj->bchiwj", down, whole, along).flatten(-4, -3).flatten(-2)


def cosines(size: int) -> Tensor:
    """The orthonormal cosine transform as a matrix (n, n) float64: one wave a row."""
    places = torch.arange(size, dtype=torch.float64)
    waves = (2 / size) ** 0.5 * torch.cos(pi / size * places[:, None] * (places + 0.5))
    waves[0] = size**-0.5
    return waves


def _sizes(size: int) -> list[int]:
    """How many pixels lie in whole blocks, and how many are left."""
    return [part for part in (size // BLOCK * BLOCK, size % BLOCK) if part]


class Compression(Degradation):
    """JPEG at a quality."""

    name: ClassVar[str] = "jpeg"
    title: ClassVar[str] = "JPEG compression"
    short: ClassVar[str] = "JPEG compression"
    summary: ClassVar[str] = "Rounds the waves of blocks of 8×8 pixels as a JPEG of low quality does."
    family: ClassVar[int] = Family.CHANGED
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \mathcal C^\top Q\, \term{likelihood}{\text{round}\left(Q^{-1} \mathcal C x_0\right)}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Rounded coefficients"),)
    letters: ClassVar[tuple[Letter, ...]] = (COSINE, Letter("Q", "the steps to which coefficients are rounded"))
    source: ClassVar[str] = "ITU-T T.81 (1992), annexes A and K; steps by quality as the Independent JPEG Group’s"
    linear: ClassVar[bool] = False
    spectral: ClassVar[bool] = False

    quality: int = option(10, title="Quality", ge=1, le=100, widget="slider",
                          help="As programs count it: 100 loses next to nothing, 10 shows the blocks.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Jpeg:
        """The compression; it fits every shape."""
        del draws, files
        light, colour = steps(LIGHT, self.quality), steps(COLOUR, self.quality)
        tables = [light, colour, colour] if shape[0] == 3 else [light] * shape[0]
        return Jpeg(tuple(shape), torch.stack(tables))
