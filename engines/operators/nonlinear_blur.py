"""The blur of a camera: it mixes light, and grey levels are no measure of light."""
# torch.fft carries no types
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

# the curve of sRGB: next to a power of 2.2, with a straight part near black, so that slopes are finite
TOE, SLOPE, OFFSET, POWER = 0.0031308, 12.92, 0.055, 2.4
RIDGE = 1e-3  # of the regularised inverse, beside the squares of the blur's eigenvalues, which reach to 1


def light_of(x: Tensor) -> Tensor:
    """Light, 1 for white, of grey levels x in [−1, 1]; a bijection of all numbers."""
    level = (1 + x) / 2
    # the inner clamp keeps the branch that is not taken from making its gradient NaN
    curved = ((level.clamp(min=TOE * SLOPE) + OFFSET) / (1 + OFFSET)).pow(POWER)
    return torch.where(level <= TOE * SLOPE, level / SLOPE, curved)


def levels_of(light: Tensor) -> Tensor:
    """Grey levels of light: the inverse of `light_of`."""
    curved = (1 + OFFSET) * light.clamp(min=TOE).pow(1 / POWER) - OFFSET
    return 2 * torch.where(light <= TOE, SLOPE * light, curved) - 1


@dataclass(frozen=True, eq=False)
class CameraBlur(Operator):
    """Light, blurred by a Gaussian of `width` px (standard deviation), as grey levels again.

    The picture is taken to go on periodically beyond its edges. shape: of a sample, (C, H, W).
    """

    consistent: ClassVar[bool] = False

    shape: tuple[int, ...]
    width: float

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    def forward(self, x: Tensor) -> Tensor:
        """Blurred in light."""
        return levels_of(self._filtered(light_of(x), self._passed(x)))

    def pinv(self, y: Tensor) -> Tensor:
        """The inverse in light, kept from growing without bound by a ridge ε = 1e-3.

        Of y = A(x) it gives a sample whose measurement differs from y, in light, by at most √ε/2 of the light of x.
        """
        return levels_of(self._filtered(light_of(y), self._inverse(y)))

    def blend(self, known: Tensor, x: Tensor) -> Tensor:
        """x with the light that the blur lets pass taken from `known`."""
        passed = self._passed(x)
        light = light_of(x)
        return levels_of(light + self._filtered(light_of(known) - light, self._inverse(x) * passed))

    def _passed(self, x: Tensor) -> Tensor:
        """What share of each frequency the blur lets pass, (H, W // 2 + 1): the Gaussian's transform, summing to 1."""
        height, width = self.shape[-2:]
        down = torch.fft.fftfreq(height, dtype=x.dtype, device=x.device)[:, None]
        along = torch.fft.rfftfreq(width, dtype=x.dtype, device=x.device)
        return torch.exp(-2 * (pi * self.width) ** 2 * (down.square() + along.square()))

    def _inverse(self, x: Tensor) -> Tensor:
        """The regularised inverse of `_passed`, at most 1/(2√ε) = 16."""
        passed = self._passed(x)
        return passed / (passed.square() + RIDGE)

    def _filtered(self, light: Tensor, response: Tensor) -> Tensor:
        """Light (B, C, H, W) with each frequency times a real response."""
        return torch.fft.irfft2(torch.fft.rfft2(light) * response, s=light.shape[-2:])


class NonlinearBlur(Degradation):
    """A Gaussian blur of light."""

    name: ClassVar[str] = "nonlinear-blur"
    title: ClassVar[str] = "Blur of light"
    short: ClassVar[str] = "blur of light"
    summary: ClassVar[str] = "Blurs the light as a lens does before the camera turns it into grey levels."
    family: ClassVar[int] = Family.BLURRED
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{\Gamma\left(\mathcal B\, \Gamma^{-1}(x_0)\right)}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Blurred light"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\Gamma", "the camera’s curve from light to grey levels"),
        Letter(r"\mathcal B", "the blur of the light"))
    source: ClassVar[str] = "IEC 61966-2-1 (the curve); Nah et al. 2017, arXiv 1612.02177, section 2.1 (blur of light)"
    linear: ClassVar[bool] = False
    spectral: ClassVar[bool] = False

    width: float = option(1.5, title="Width", unit="px", gt=0, le=50, widget="log-slider",
                          help="Standard deviation of the blur.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> CameraBlur:
        """The blur; it fits every shape."""
        del draws, files
        return CameraBlur(tuple(shape), self.width)
