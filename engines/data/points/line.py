"""Densities on a line (d = 1), each with variance 1."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.component import option
from engines.data.points.base import MixtureSet, PointSet, outside, uniforms


class TwoPeaks(MixtureSet):
    """A narrow peak and a wide one."""

    name: ClassVar[str] = "two-peaks"
    title: ClassVar[str] = "Two peaks"
    summary: ClassVar[str] = "On a line: a narrow peak and a wide one."
    dimension: ClassVar[int] = 1

    weight: float = option(0.4, title="Weight", ge=0.01, le=0.99, widget="slider",
                           help="Share of the points that the narrow peak has.")
    distance: float = option(3.0, title="Distance", ge=0.5, le=10, widget="slider",
                             help="Distance of the peaks in standard deviations of the wide one.")

    def raw(self) -> Mixture:
        """Standard deviations 0.25 and 1."""
        return _line([self.weight, 1 - self.weight], [0.0, self.distance], [0.25, 1.0])


class Claw(MixtureSet):
    """Five narrow teeth on a wide Gaussian, which a smooth model takes away first."""

    name: ClassVar[str] = "claw"
    title: ClassVar[str] = "Claw"
    summary: ClassVar[str] = "On a line: five narrow teeth on a wide hill."
    source: ClassVar[str] = "Marron & Wand 1992, “Exact mean integrated squared error”, density 10"
    dimension: ClassVar[int] = 1

    def raw(self) -> Mixture:
        """½ N(0, 1) + Σ 1/10 N(l/2 − 1, 0.1²) for l = 0 … 4."""
        return _line([0.5, *[0.1] * 5], [0.0, -1.0, -0.5, 0.0, 0.5, 1.0], [1.0, *[0.1] * 5])


class Uniform(PointSet):
    """Even between two ends."""

    name: ClassVar[str] = "uniform"
    title: ClassVar[str] = "Uniform"
    summary: ClassVar[str] = "On a line: even between two sharp ends."
    dimension: ClassVar[int] = 1

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """Between −√3 and √3."""
        return (2 * uniforms(count, generator)[:, None] - 1) * math.sqrt(3)

    def log_density(self, x: Tensor) -> Tensor:
        """−log(2√3) between the ends."""
        return outside(x[:, 0].double().abs() <= math.sqrt(3), -math.log(2 * math.sqrt(3)))


class Laplace(PointSet):
    """A peak with a corner and heavy tails."""

    name: ClassVar[str] = "laplace"
    title: ClassVar[str] = "Laplace"
    summary: ClassVar[str] = "On a line: a sharp peak with heavy tails."
    dimension: ClassVar[int] = 1

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """The inverse of the distribution function."""
        centred = uniforms(count, generator)[:, None] - 0.5
        # 1 − 2|u| is above 0 but for u = −0.5 exactly, where the tail would be infinite
        return -centred.sign() * (1 - 2 * centred.abs()).clamp(min=2**-53).log() / math.sqrt(2)

    def log_density(self, x: Tensor) -> Tensor:
        """exp(−√2 |x|)/√2."""
        return -math.sqrt(2) * x[:, 0].double().abs() - math.log(2) / 2


def _line(weights: list[float], means: list[float], spreads: list[float]) -> Mixture:
    """A mixture on a line with these standard deviations."""
    variances = torch.tensor(spreads, dtype=torch.float64).square()
    return Mixture(torch.tensor(weights, dtype=torch.float64), torch.tensor(means, dtype=torch.float64)[:, None],
                   variances[:, None, None])
