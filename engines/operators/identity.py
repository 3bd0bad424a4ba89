"""No damage but the noise of the measurement: denoising."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from engines.formula import Term
from engines.operators.base import Degradation, Family, LinearOperator, Spectrum


@dataclass(frozen=True, eq=False)
class Identity(LinearOperator):
    """y = x on samples of a shape."""

    shape: tuple[int, ...]

    @property
    def shape_in(self) -> tuple[int, ...]:
        """As given."""
        return self.shape

    @property
    def shape_out(self) -> tuple[int, ...]:
        """That of a sample."""
        return self.shape

    def forward(self, x: Tensor) -> Tensor:
        """x itself."""
        return x

    def adjoint(self, y: Tensor) -> Tensor:
        """y itself."""
        return y

    def spectrum(self) -> Spectrum:
        """1 for each number."""
        return Spectrum(torch.ones((), dtype=torch.float64), lambda y: y, lambda c: c)

    def pinv(self, y: Tensor) -> Tensor:
        """y itself."""
        return y


class NoiseOnly(Degradation):
    """A = I."""

    name: ClassVar[str] = "identity"
    title: ClassVar[str] = "Noise only"
    short: ClassVar[str] = "noise only"
    summary: ClassVar[str] = "Leaves the picture as it is, so that the measurement’s noise alone is to be removed."
    family: ClassVar[int] = Family.CHANGED
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{x_0}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Whole picture"),)

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Identity:
        """Any shape."""
        del draws, files
        return Identity(shape)
