"""Phase retrieval: only how strong each frequency is, not where its waves begin."""
# torch.fft carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.operators.base import Degradation, Family, Operator
from engines.operators.fourier import FOURIER

STEPS = 20  # of error reduction in the pseudo-inverse


@dataclass(frozen=True, eq=False)
class Magnitudes(Operator):
    """y = |F P (1 + x)/2|: the light, from 0 to 1, amid a dark frame, and the size of its unitary Fourier transform.

    shape: of a sample, (C, H, W); frame: (H', W') with the dark frame; steps: of error reduction in `pinv`.
    """

    consistent: ClassVar[bool] = False

    shape: tuple[int, ...]
    frame: tuple[int, int]
    steps: int = STEPS

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, H', W')."""
        return self.shape[0], *self.frame

    def forward(self, x: Tensor) -> Tensor:
        """The magnitudes; their gradient is 0 where they are 0."""
        return torch.fft.fft2((1 + x) / 2, s=self.frame, norm="ortho").abs()

    def pinv(self, y: Tensor) -> Tensor:
        """Error reduction (Fienup 1982) from phases of 0, within [−1, 1].

        It projects in turn on what has these magnitudes and on light from 0 to 1 within the picture, so that no
        step makes ‖A x − y‖ larger. It is some picture, often not the right one: the magnitudes are also those of a
        picture turned upside down.
        """
        # of real light the sizes at k and −k are alike, and half of them is enough
        alike = (y + y.flip(-1, -2).roll((1, 1), (-1, -2))) / 2
        sizes = alike[..., :self.frame[1] // 2 + 1]
        light = self._light(torch.complex(sizes, torch.zeros_like(sizes)))
        for _ in range(self.steps):
            waves = torch.fft.rfft2(light, s=self.frame, norm="ortho")
            # where there is no wave, its phase counts as 0
            light = self._light(torch.where(waves == 0, 1, waves.sgn()) * sizes)
        return 2 * light - 1

    def blend(self, known: Tensor, x: Tensor) -> Tensor:
        """x as it is: no picture is near at hand that has the magnitudes of `known` and x's phases."""
        del known
        return x

    def _light(self, waves: Tensor) -> Tensor:
        """The light of least distance to half of the waves, (B, C, H', W' // 2 + 1): dark in the frame, from 0 to 1."""
        height, width = self.shape[-2:]
        return torch.fft.irfft2(waves, s=self.frame, norm="ortho")[..., :height, :width].clamp(0, 1)


class PhaseRetrieval(Degradation):
    """The magnitude of an oversampled Fourier transform."""

    name: ClassVar[str] = "phase"
    title: ClassVar[str] = "Phase retrieval"
    short: ClassVar[str] = "phase retrieval"
    summary: ClassVar[str] = "Measures how strong each frequency of a picture is and loses the phases."
    family: ClassVar[int] = Family.MEASURED
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{\left|\mathcal F\, \frac{1 + x_0}{2}\right|}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Measured magnitudes"),)
    letters: ClassVar[tuple[Letter, ...]] = (FOURIER,)
    source: ClassVar[str] = "Fienup 1982, doi 10.1364/AO.21.002758; as a prior’s task Chung et al. 2023, section 4"
    linear: ClassVar[bool] = False
    spectral: ClassVar[bool] = False

    oversampling: float = option(2.0, title="Oversampling", ge=1, le=4, widget="slider",
                                 help="Height and width of the picture with its dark frame, in those of the picture; "
                                      "below 2 several pictures have the same magnitudes.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Magnitudes:
        """The magnitudes of the framed picture; it fits every shape."""
        del draws, files
        height, width = (ceil(self.oversampling * size) for size in shape[-2:])
        return Magnitudes(tuple(shape), (height, width))
