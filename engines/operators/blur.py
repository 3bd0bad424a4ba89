"""Convolutions on a picture whose edges meet, diagonal in the Fourier basis; and what blurs have in common."""
# torch.fft carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor

from engines.errors import BadInput
from engines.formula import Letter, Term
from engines.operators.base import NEGLIGIBLE, Degradation, Family, LinearOperator, Spectrum

KERNEL = Letter(r"\Psi", "the kernel: over which pixels the light of a point is spread")


@dataclass(frozen=True, eq=False)
class Convolution(LinearOperator):
    """y = kernel ∗ x in every channel, with circular edges.

    response: the kernel's discrete Fourier transform, (H, W) complex128, of a real kernel; make one with `of`.
    """

    response: Tensor
    shape: tuple[int, ...]

    @classmethod
    def of(cls, kernel: Tensor, shape: tuple[int, ...]) -> Self:
        """By a kernel (h, w), scaled to the sum 1, on samples (C, H, W); only what is `passing` passes."""
        return cls(passing(transformed(kernel, shape[-2:])), shape)

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    def forward(self, x: Tensor) -> Tensor:
        """Each frequency times its response."""
        return filtered(x, self.response)

    def adjoint(self, y: Tensor) -> Tensor:
        """The convolution with the kernel turned by 180°."""
        return filtered(y, self.response.conj())

    def spectrum(self) -> Spectrum:
        """|response|², by Hartley's basis."""
        return Spectrum(squared(self.response), hartley, hartley)

    def solve(self, y: Tensor, ridge: float) -> Tensor:
        """(A Aᵀ + ridge·I)⁻¹ y; as by the spectrum, by half as many waves."""
        return filtered(y, 1 / (squared(self.response) + ridge))

    def pinv(self, y: Tensor) -> Tensor:
        """A⁺ y: each frequency that passes over its response."""
        return filtered(y, torch.where(self.response == 0, 0, 1 / self.response))


def transformed(kernel: Tensor, size: tuple[int, ...]) -> Tensor:
    """The Fourier transform of a kernel (h, w) scaled to the sum 1, on a picture of size (H, W): complex128 (H, W).

    Its middle, row h // 2 and column w // 2, comes to pixel (0, 0); what does not fit goes round once more.
    """
    weights = kernel.double() / kernel.double().sum()
    rows, columns = ((torch.arange(taps) - taps // 2) % length
                     for taps, length in zip(kernel.shape, size, strict=True))
    whole = weights.new_zeros(size).index_put((rows[:, None], columns[None, :]), weights, accumulate=True)
    response: Tensor = torch.fft.fft2(whole)
    return response


def passing(response: Tensor) -> Tensor:
    """A response without the frequencies of which less than a millionth of the strongest one's share would pass.

    Rounding in float32 hides them anyway, and so A A⁺ A = A holds to rounding where 1/values would be of no use.
    """
    power = squared(response)
    return torch.where(power > NEGLIGIBLE * power.max(), response, 0)


def squared(response: Tensor) -> Tensor:
    """|z|² of complex numbers, without a root on the way."""
    return response.real.square() + response.imag.square()


def hartley(y: Tensor) -> Tensor:
    """The discrete Hartley transform over the last two axes, real, orthonormal and its own inverse (Bracewell 1983).

    Re − Im of the unitary Fourier transform. Any real symmetric convolution is diagonal in it, as A Aᵀ of a convolution
    is, and white noise has white coefficients, each counted once, which half a Fourier plane would not give.
    """
    waves: Tensor = torch.fft.fft2(y, norm="ortho")
    return waves.real - waves.imag


def filtered(x: Tensor, response: Tensor) -> Tensor:
    """x (B, C, H, W) convolved with a real kernel of this response (H, W)."""
    waves: Tensor = torch.fft.rfft2(x)
    back: Tensor = torch.fft.irfft2(waves * response[:, :waves.shape[-1]].to(waves), s=x.shape[-2:])
    return back


def check_reach(what: str, length: float, most: float, shape: tuple[int, ...]) -> None:
    """Raise BadInput for a kernel that is too large for a sample (C, H, W).

    what: "radius"; length and most: in px, as chosen and as would fit.
    """
    if length > most:
        height, width = shape[-2:]
        raise BadInput(f"A {what} of {length:g} px is too large for {width}×{height} px; choose {most:g} px or less.")


class Blurring(Degradation):
    """A blur by a kernel; one with a name is a file of its own."""

    family: ClassVar[int] = Family.BLURRED
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{\Psi * x_0}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Blurred picture"),)
    letters: ClassVar[tuple[Letter, ...]] = (KERNEL,)

    @abstractmethod
    def kernel(self, shape: tuple[int, ...], files: Mapping[str, Tensor]) -> Tensor:
        """Weights (h, w) with their middle at row h // 2 and column w // 2, of any sum but 0.

        shape: of one sample, (C, H, W); files: attachments as in `operator`. Raises BadInput for one that does not fit.
        """

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> LinearOperator:
        """The circular convolution in every channel; raises BadInput as `kernel` does."""
        del draws
        return Convolution.of(self.kernel(shape, files), shape)
