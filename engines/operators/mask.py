"""The mask operator: some pixels are known, the others are to be filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor

from engines.errors import BadMask
from engines.formula import Letter, Term
from engines.modalities.image import check_mask
from engines.operators.base import Degradation, Family, LinearOperator, Spectrum


@dataclass(frozen=True, eq=False)
class Mask(LinearOperator):
    """y = w ⊙ x, a projection: w is 1 where a pixel is known and 0 where it is free.

    `known` is w as (C, H, W), or any sample shape; make one with `Mask.painted`.
    """

    known: Tensor

    @classmethod
    def painted(cls, paint: Tensor, shape: tuple[int, ...]) -> Self:
        """A mask from paint in [0, 1], above 0 where the image is to be filled, however faintly.

        Only what is not painted at all counts as known. Were a soft edge half known, what is
        measured would be a mix of two pictures, and pasting it at every noise level would
        shrink the noise there to w² + (1 − w)² of its variance. So the whole edge is filled,
        and the user's own pixels are blended over it once, when the fill is pasted back.

        Args:
            paint: (H, W).
            shape: of one sample, (C, H, W).

        Raises:
            BadMask: when the size differs, a value is outside [0, 1], or the paint
                covers nothing or everything.
        """
        height, width = shape[-2:]
        check_mask(paint.cpu().numpy(), (width, height))
        known = (paint == 0).to(paint.dtype)
        if not bool(known.any()):
            raise BadMask(f"The paint touches all of the {width}×{height} px that the model sees; "
                          "paint less, or choose a larger crop.")
        return cls(known.expand(shape).contiguous())

    @classmethod
    def keeping(cls, known: Tensor, shape: tuple[int, ...], *, chosen: str, more: str, less: str) -> Self:
        """A mask of the pixels that are True, the same for all channels.

        Args:
            known: (H, W) bool.
            shape: of one sample, (C, H, W).
            chosen: what an option made of it, as a sentence begins: "A share of 0.1 %".
            more, less: what to choose so that more or fewer pixels are known: "a larger share".

        Raises:
            BadMask: when no pixel is known, or every one.
        """
        height, width = shape[-2:]
        if not bool(known.any()):
            raise BadMask(f"{chosen} leaves none of {width}×{height} px; choose {more}.")
        if bool(known.all()):
            raise BadMask(f"{chosen} leaves all of {width}×{height} px and nothing to fill; choose {less}.")
        return cls(known.double().expand(shape).contiguous())

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
        """w ⊙ y: a projection is its own pseudo-inverse."""
        return self.known.to(y) * y

    def spectrum(self) -> Spectrum:
        """w itself, pixel by pixel."""
        return Spectrum(self.known.double(), lambda y: y, lambda c: c)

    def blend(self, known: Tensor, x: Tensor) -> Tensor:
        """`known` where w = 1 and x elsewhere, bit for bit."""
        # a sum would let an infinite free value reach a known pixel
        return torch.where(self.known.to(x) == 1, known, x)


class Holes(Degradation):
    """What the kinds of masks have in common; one with a name is a file of its own."""

    family: ClassVar[int] = Family.LOST
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{w \odot x_0}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Known pixels"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("w", "the mask: 1 where the picture is known, 0 in the hole"),)
    pixels: ClassVar[bool] = True


class PaintedMask(Holes):
    """A painted hole."""

    name: ClassVar[str] = "mask"
    title: ClassVar[str] = "Painted hole"
    short: ClassVar[str] = "painted hole"
    summary: ClassVar[str] = "Keeps the unpainted pixels and fills the painted ones."
    files: ClassVar[tuple[str, ...]] = ("mask",)

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Mask:
        """The mask as it was painted; raises BadMask, also where there is none."""
        del draws
        if "mask" not in files:
            raise BadMask("The hole has no mask; paint over what is lost, or choose another degradation.")
        return Mask.painted(files["mask"], shape)
