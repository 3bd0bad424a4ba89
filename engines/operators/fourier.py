"""Fourier sampling, as magnetic resonance and single-pixel cameras do it: some of a picture's frequencies."""
# torch.fft carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.operators.base import Degradation, Family, LinearOperator, Spectrum
from engines.operators.random_projections import KEPT
from engines.worded import Worded

FOURIER = Letter(r"\mathcal F", "the unitary Fourier transform of a picture")
SQRT2 = 2**0.5
RAREST = 1e-3  # weight of the highest frequency, which must not be 0 where all are to be drawn


@dataclass(frozen=True, eq=False)
class Frequencies(LinearOperator):
    """Some coefficients of the unitary 2-D Fourier transform of every channel, as real numbers with A Aᵀ = I.

    A real picture has conjugate coefficients at k and −k, so one of each pair is kept, with the factor √2.

    shape: of a sample, (C, H, W); own: (p,) places in H·W whose coefficient is real, being their own negatives;
    pairs: (q,) places, one of each pair.
    """

    shape: tuple[int, ...]
    own: Tensor
    pairs: Tensor

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, H, W)."""
        return self.shape

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, p + 2q): the real coefficients, then the real parts of one of each pair, then their imaginary parts."""
        return self.shape[0], len(self.own) + 2 * len(self.pairs)

    def forward(self, x: Tensor) -> Tensor:
        """The coefficients that are measured."""
        seen = torch.fft.fft2(x, norm="ortho").flatten(2)
        own, pairs = seen[..., self.own.to(x.device)], SQRT2 * seen[..., self.pairs.to(x.device)]
        return torch.cat([own.real, pairs.real, pairs.imag], 2)

    def adjoint(self, y: Tensor) -> Tensor:
        """The picture whose other coefficients are 0."""
        own, real, imag = y.split([len(self.own), len(self.pairs), len(self.pairs)], 2)
        values = torch.cat([torch.complex(own, torch.zeros_like(own)), SQRT2 * torch.complex(real, imag)], 2)
        channels, height, width = self.shape
        empty = torch.zeros(len(y), channels, height * width, dtype=values.dtype, device=y.device)
        filled = empty.index_copy(2, torch.cat([self.own, self.pairs]).to(y.device), values)
        # the real part stands in for the other half of each pair
        return torch.fft.ifft2(filled.unflatten(2, (height, width)), norm="ortho").real

    def spectrum(self) -> Spectrum:
        """1 for every measurement: the rows are orthonormal."""
        return Spectrum(torch.ones((), dtype=torch.float64), lambda y: y, lambda c: c)


class Pattern(Worded):
    """What is measured at a time."""

    POINTS = "points"
    LINES = "lines"


class FourierSampling(Degradation):
    """Frequencies at random, the low ones first, the same in every channel."""

    name: ClassVar[str] = "fourier"
    title: ClassVar[str] = "Fourier sampling"
    short: ClassVar[str] = "Fourier sampling"
    summary: ClassVar[str] = ("Measures some of a picture’s frequencies, the low ones densely, as magnetic resonance "
                              "and single-pixel cameras do.")
    family: ClassVar[int] = Family.MEASURED
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{R\, \mathcal F x_0}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Measured frequencies"),)
    letters: ClassVar[tuple[Letter, ...]] = (KEPT, FOURIER)
    source: ClassVar[str] = "Lustig, Donoho and Pauly 2007, doi 10.1002/mrm.21391 (variable density)"

    measured: float = option(0.3, title="Measured", gt=0, le=1, widget="slider",
                          help="How many frequencies are measured, as a share of all; the mean always is.")
    pattern: Pattern = option(Pattern.POINTS, title="Pattern",
                              help="Whether single frequencies are measured, or whole lines of them along the width.")
    centre: float = option(0.04, title="Centre", ge=0, le=1, widget="slider",
                           help="Share of all frequencies, the lowest ones, that is measured without a gap.")
    fall: float = option(3.0, title="Fall-off", ge=0, le=20, advanced=True,
                         help="Power by which higher frequencies are measured more rarely; 0 measures all alike.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Frequencies:
        """The drawn frequencies with their negatives, as many as the share allows."""
        del files
        height, width = shape[-2:]
        places = torch.arange(height * width).reshape(height, width)
        negatives = places.flip(0, 1).roll((1, 1), (0, 1))  # −k, modulo the size
        if self.pattern is Pattern.LINES:
            chosen = self._drawn(_heights(height), places[:, 0] // width, negatives[:, 0] // width, draws)
            chosen = chosen[:, None].expand(height, width)
        else:
            reach = (_heights(height)[:, None].square() + _heights(width).square()).sqrt() / SQRT2
            chosen = self._drawn(reach.flatten(), places.flatten(), negatives.flatten(), draws).reshape(height, width)
        return Frequencies(tuple(shape), places[chosen & (places == negatives)], places[chosen & (places < negatives)])

    def _drawn(self, reach: Tensor, places: Tensor, negatives: Tensor, draws: torch.Generator) -> Tensor:
        """Which places are measured, (n,) of bool and closed under negation: the centre, then by their weights.

        reach: (n,), how far from the mean each is, from 0 to at most 1; places, negatives: (n,), each and its −k.
        """
        weights = (1 - reach).clamp(min=RAREST).pow(self.fall)
        # the first of so many exponential clocks: sampling without replacement in proportion to the weights
        clocks = torch.empty(len(reach), dtype=torch.float64).exponential_(generator=draws) / weights
        inside = torch.argsort(reach, stable=True)[:round(min(self.centre, self.measured) * len(reach))]
        clocks[inside] = reach[inside] - 2  # before all that is drawn, the mean first
        clocks[0] = -3
        first = torch.minimum(places, negatives)
        clocks = torch.minimum(clocks, clocks[negatives])
        # a pair stands in the order twice, and is counted once, as two
        order = torch.argsort(clocks, stable=True)
        sizes = torch.where(places == negatives, 1, 2)[order] * (first == places)[order]
        taken = order[(sizes > 0) & (sizes.cumsum(0) <= max(1, round(self.measured * len(reach))))]
        chosen = torch.zeros(len(reach), dtype=torch.bool)
        chosen[taken] = True
        return chosen | chosen[negatives]


def _heights(size: int) -> Tensor:
    """|frequency| along one axis from 0 to 1 at the highest, (size,) float64, in the order of an FFT."""
    return 2 * torch.fft.fftfreq(size, dtype=torch.float64).abs()
