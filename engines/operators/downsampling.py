"""Pictures of fewer pixels: what super-resolution undoes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor

from engines.component import option
from engines.errors import BadInput
from engines.formula import Letter, Term
from engines.operators.base import Degradation, Family, LinearOperator, Spectrum
from engines.operators.blur import KERNEL, Convolution, hartley, squared, transformed
from engines.worded import Worded


class Reduction(Worded):
    """What a pixel of the small picture is made of."""

    BICUBIC = "bicubic"
    BOX = "box", "box mean", "Box mean"


def keys(u: Tensor) -> Tensor:
    """The cubic kernel with a = −½ at distances in pixels of the small picture (Keys 1981, eq. 15)."""
    r = u.abs()
    near, far = 1.5 * r**3 - 2.5 * r**2 + 1, -0.5 * r**3 + 2.5 * r**2 - 4 * r + 2
    return torch.where(r <= 1, near, torch.where(r < 2, far, 0.0))


def box(u: Tensor) -> Tensor:
    """1 within half a pixel of the small picture."""
    return (u.abs() < 0.5).double()


WEIGHTS = {Reduction.BICUBIC: keys, Reduction.BOX: box}


def weights(reduction: Reduction, factor: int) -> Tensor:
    """The kernel whose convolution is read at every factor-th pixel, (6·factor + 1,) squared float64, of any sum."""
    offsets = torch.arange(-3 * factor, 3 * factor + 1, dtype=torch.float64)
    # from the middle of the block that begins at pixel 0; a convolution counts against the picture's own direction
    line = WEIGHTS[reduction]((-offsets - (factor - 1) / 2) / factor)
    return torch.outer(line, line)


@dataclass(frozen=True, eq=False)
class Downsampling(LinearOperator):
    """One pixel for each block of factor × factor, by a circular convolution of which every factor-th value is kept."""

    blur: Convolution
    factor: int

    @classmethod
    def by(cls, reduction: Reduction, factor: int, shape: tuple[int, ...]) -> Self:
        """On samples (C, H, W) of which both sides are multiples of the factor."""
        return cls(Convolution(transformed(weights(reduction, factor), shape[-2:]), shape), factor)

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.blur.shape

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, H / factor, W / factor)."""
        channels, height, width = self.blur.shape
        return (channels, height // self.factor, width // self.factor)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, H / factor, W / factor)."""
        return self.blur.forward(x)[..., ::self.factor, ::self.factor]

    def adjoint(self, y: Tensor) -> Tensor:
        """Zeros between the pixels, then the kernel turned by 180°."""
        spread = y.new_zeros((len(y), *self.shape_in))
        spread[..., ::self.factor, ::self.factor] = y
        return self.blur.adjoint(spread)

    def spectrum(self) -> Spectrum:
        """The mean over the frequencies that fall on one of the small picture: a convolution sampled in both places."""
        _, height, width = self.shape_out
        aliases = squared(self.blur.response).reshape(self.factor, height, self.factor, width)
        return Spectrum(aliases.mean(dim=(0, 2)), hartley, hartley)


class Downsampled(Degradation):
    """y = (kernel ∗ x0) at every factor-th pixel."""

    name: ClassVar[str] = "downsampling"
    title: ClassVar[str] = "Fewer pixels"
    short: ClassVar[str] = "fewer pixels"
    summary: ClassVar[str] = "Makes one pixel of each block; the larger picture is to be found. Opposite edges meet."
    family: ClassVar[int] = Family.FEWER
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{\downarrow \left(\Psi * x_0\right)}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Small picture"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        KERNEL, Letter(r"\downarrow", "keeps one pixel of each block"))
    source: ClassVar[str] = "Keys 1981, IEEE Trans. ASSP 29(6), eq. 15 (bicubic, stretched by the factor)"

    factor: int = option(4, title="Factor", unit="×", ge=2, le=8,
                         help="How many pixels of a side become one, most often 2 or 4.")
    kernel: Reduction = option(Reduction.BICUBIC, title="Kernel",
                               help="Bicubic weighs the pixels around a block too; box takes the mean of the block.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Downsampling:
        """Raises BadInput where a side is no multiple of the factor, naming the nearest size below that is one."""
        del draws, files
        height, width = shape[-2:]
        if height % self.factor or width % self.factor:
            fitting = [max(side // self.factor, 1) * self.factor for side in (width, height)]
            raise BadInput(f"{width}×{height} px do not divide into blocks of {self.factor}×{self.factor} px; choose a "
                           f"picture of {fitting[0]}×{fitting[1]} px, or another factor.")
        return Downsampling.by(self.kernel, self.factor, shape)
