"""Blurs of a picture that is mirrored at its edges, which are diagonal in the basis of the cosine transform."""
# torch.fft carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor

from engines.component import option
from engines.operators.base import LinearOperator, Spectrum
from engines.operators.blur import Convolution, filtered, passing, transformed
from engines.worded import Worded


class Edges(Worded):
    """What a blur finds beyond an edge: the picture from its other side, or its mirror image."""

    CIRCULAR = "circular"
    REFLECT = "reflect"


def edges_option() -> Any:
    """The option `edges` of a blur whose kernel is its own mirror image."""
    return option(Edges.CIRCULAR, title="Edges",
                  help="Circular goes on at the opposite edge; reflect mirrors the picture, as suits photographs.")


@dataclass(frozen=True, eq=False)
class MirroredConvolution(LinearOperator):
    """y = kernel ∗ (x and its mirror images), for a kernel that stays the same when it is flipped along either axis.

    Then A is symmetric. response: of the kernel on the picture with its mirror images, (2H, 2W) float64.
    """

    response: Tensor
    shape: tuple[int, ...]

    @classmethod
    def of(cls, kernel: Tensor, shape: tuple[int, ...]) -> Self:
        """By a kernel (h, w), scaled to the sum 1, on samples (C, H, W); only what is `passing` passes."""
        return cls(passing(transformed(kernel, (2 * shape[-2], 2 * shape[-1]))).real, shape)

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    def forward(self, x: Tensor) -> Tensor:
        """The circular convolution of the picture with its mirror images, of which the picture's own part is kept."""
        height, width = self.shape[-2:]
        rows = torch.cat([x, x.flip(-2)], dim=-2)
        return filtered(torch.cat([rows, rows.flip(-1)], dim=-1), self.response)[..., :height, :width]

    def adjoint(self, y: Tensor) -> Tensor:
        """As forward: A is symmetric."""
        return self.forward(y)

    def spectrum(self) -> Spectrum:
        """response², by the cosine transform (Martucci 1994)."""
        height, width = self.shape[-2:]
        return Spectrum(self.response[:height, :width].square(), lambda y: cosines(cosines(y, -1), -2),
                        lambda c: summed(summed(c, -1), -2))


def cosines(y: Tensor, axis: int) -> Tensor:
    """The orthonormal discrete cosine transform (type II) along an axis, by a Fourier transform of twice the length."""
    line = y.movedim(axis, -1)
    waves: Tensor = torch.fft.rfft(torch.cat([line, line.flip(-1)], dim=-1))[..., :line.shape[-1]]
    turns, scale = _factors(line.shape[-1])
    return ((waves * turns.conj().to(waves)).real * scale.to(y)).movedim(-1, axis)


def summed(coefficients: Tensor, axis: int) -> Tensor:
    """What has these `cosines` along an axis."""
    line = coefficients.movedim(axis, -1)
    length = line.shape[-1]
    turns, scale = _factors(length)
    waves = line / scale.to(line) * turns.to(line.device, line.dtype.to_complex())
    # the wave of the highest frequency is odd at the edges, so a mirrored picture has none of it
    back: Tensor = torch.fft.irfft(waves, n=2 * length)[..., :length]
    return back.movedim(-1, axis)


def _factors(length: int) -> tuple[Tensor, Tensor]:
    """exp(iπk/2N) and half the length of cosine k, for k < N, in double precision."""
    k = torch.arange(length, dtype=torch.float64)
    angle = math.pi * k / (2 * length)
    scale = torch.full_like(k, math.sqrt(0.5 / length))
    scale[0] = 0.5 / math.sqrt(length)
    return torch.polar(torch.ones_like(angle), angle), scale


def blurred(kernel: Tensor, shape: tuple[int, ...], edges: Edges) -> LinearOperator:
    """The blur of samples (C, H, W) by a kernel (h, w) that stays the same when it is flipped along either axis."""
    return (Convolution if edges is Edges.CIRCULAR else MirroredConvolution).of(kernel, shape)
