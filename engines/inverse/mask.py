"""The mask operator: some pixels are known, some are to be filled, soft edges in between."""

from __future__ import annotations

from typing import ClassVar, Self

import torch
from pydantic import Field
from torch import Tensor

from engines.component import Term
from engines.errors import BadMask
from engines.inverse.base import Operator


class Mask(Operator):
    """y = w ⊙ x with the weight w of the known pixels: 1 kept exactly, 0 free, between for a soft edge.

    `known` is w as (C, H, W), or any sample shape; make one with `Mask.painted`.
    """

    name: ClassVar[str] = "mask"
    title: ClassVar[str] = "Mask"
    summary: ClassVar[str] = "Keeps the unpainted pixels and fills the painted ones."
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{w \odot x_0}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Known pixels"),)

    known: Tensor = Field(exclude=True, repr=False)

    @classmethod
    def painted(cls, paint: Tensor, shape: tuple[int, ...]) -> Self:
        """A mask from paint in [0, 1], 1 where the image is to be filled.

        Args:
            paint: (H, W), or anything that broadcasts to the sample's shape.
            shape: of one sample, (C, H, W).

        Raises:
            BadMask: when the size differs, a value is outside [0, 1], or the paint
                covers nothing or everything.
        """
        if paint.shape[-2:] != torch.Size(shape[-2:]):
            raise BadMask(f"The mask is {_size(paint.shape)} and the image {_size(shape)}; "
                          "use a mask of the image's size.")
        if not bool(((paint >= 0) & (paint <= 1)).all()):
            raise BadMask(f"The mask has values from {float(paint.min()):.3g} to {float(paint.max()):.3g}; "
                          "scale them to 0 to 1.")
        if float(paint.max()) == 0:
            raise BadMask("The mask covers nothing; paint over the part to fill.")
        if float(paint.min()) == 1:
            raise BadMask("The mask covers everything; leave some of the image, or generate instead.")
        return cls(known=(1 - paint).expand(shape).contiguous())

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return tuple(self.known.shape)

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, H, W): unknown pixels are measured as 0."""
        return tuple(self.known.shape)

    def forward(self, x: Tensor) -> Tensor:
        """w ⊙ x."""
        return self.known.to(x) * x

    def adjoint(self, y: Tensor) -> Tensor:
        """w ⊙ y: a diagonal is its own adjoint."""
        return self.known.to(y) * y

    def pinv(self, y: Tensor) -> Tensor:
        """y / w where w > 0, else 0."""
        w = self.known.to(y)
        return torch.where(w > 0, y / torch.where(w > 0, w, 1), 0)

    def blend(self, known: Tensor, x: Tensor) -> Tensor:
        """w ⊙ known + (1 − w) ⊙ x, bit for bit `known` where w = 1 and x where w = 0."""
        w = self.known.to(x)
        # a sum would let an infinite free value reach a known pixel, and 1 − w is not exact in float32
        return torch.where(w == 1, known, torch.where(w == 0, x, w * known + (1 - w) * x))

    @classmethod
    def example(cls, shape: tuple[int, ...], seed: int = 0) -> Self:
        """Random known, free and soft pixels, a third each."""
        generator = torch.Generator().manual_seed(seed)
        return cls(known=(3 * torch.rand(shape, generator=generator, dtype=torch.float64) - 1).clamp(0, 1))


def _size(shape: torch.Size | tuple[int, ...]) -> str:
    """Width × height in pixels."""
    return f"{shape[-1]}×{shape[-2]}"
