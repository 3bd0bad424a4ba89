"""Compressed sensing: fewer numbers than pixels, each a random mixture of the whole picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.errors import BadInput
from engines.formula import Letter, Term
from engines.operators.base import Degradation, Family, LinearOperator, Spectrum
from engines.operators.cosine import COSINE, dct2, idct2

KEPT = Letter("R", "which of the coefficients are measured")


@dataclass(frozen=True, eq=False)
class Projections(LinearOperator):
    """y = R C S x in each channel by itself: signs, cosine transform, some of the coefficients; A Aᵀ = I.

    signs: (C, H, W) of ±1; rows: (C, m), the places of the coefficients that are kept, each at most once.
    """

    signs: Tensor
    rows: Tensor

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return tuple(self.signs.shape)

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, m)."""
        return tuple(self.rows.shape)

    def forward(self, x: Tensor) -> Tensor:
        """R C S x."""
        mixed = dct2(self.signs.to(x) * x).flatten(2)
        return mixed.gather(2, self.rows.to(x.device).expand(len(x), -1, -1))

    def adjoint(self, y: Tensor) -> Tensor:
        """S Cᵀ Rᵀ y: what was not measured counts as 0."""
        channels, height, width = self.shape_in
        empty = torch.zeros(len(y), channels, height * width, dtype=y.dtype, device=y.device)
        mixed = empty.scatter(2, self.rows.to(y.device).expand(len(y), -1, -1), y)
        return self.signs.to(y) * idct2(mixed.reshape(len(y), channels, height, width))

    def spectrum(self) -> Spectrum:
        """1 for every measurement: the rows are orthonormal."""
        return Spectrum(torch.ones((), dtype=torch.float64), lambda y: y, lambda c: c)


class RandomProjections(Degradation):
    """A structurally random matrix: local randomiser, fast transform, random rows."""

    name: ClassVar[str] = "random-projections"
    title: ClassVar[str] = "Random projections"
    short: ClassVar[str] = "random projections"
    summary: ClassVar[str] = ("Measures fewer numbers than there are pixels, each a random mixture of a whole channel: "
                              "compressed sensing.")
    family: ClassVar[int] = Family.MEASURED
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{R\, \mathcal C S\, x_0}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Random projections"),)
    letters: ClassVar[tuple[Letter, ...]] = (KEPT, COSINE, Letter("S", "a random sign for each pixel"))
    source: ClassVar[str] = "Do et al. 2012, arXiv 1106.5037, section II (without the factor that keeps the mean norm)"

    measured: float = option(0.3, title="Measured", gt=0, le=1, widget="slider",
                          help="How many numbers are measured in each channel, as a share of its pixels.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Projections:
        """Signs and rows of each channel's own; raises BadInput when the share is less than one number."""
        del files
        channels, height, width = shape
        count = round(self.measured * height * width)
        if count < 1:
            raise BadInput(f"A share of {self.measured:g} of {width}×{height} px is not one number; "
                           f"measure a share of at least {1 / (height * width):.2g}, or take a larger picture.")
        signs = 1 - 2 * torch.randint(2, shape, generator=draws, dtype=torch.int8)
        rows = [torch.randperm(height * width, generator=draws)[:count] for _ in range(channels)]
        return Projections(signs, torch.stack(rows))
