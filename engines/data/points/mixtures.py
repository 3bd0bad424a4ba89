"""Data sets of the plane that are Gaussian mixtures."""

from __future__ import annotations

import math
from typing import ClassVar

import torch

from engines.analytic import Mixture, gaussian, rounds
from engines.component import option
from engines.data.points.base import MixtureSet


class TiltedGaussian(MixtureSet):
    """One Gaussian with correlated coordinates, for which every formula is short."""

    name: ClassVar[str] = "gaussian"
    title: ClassVar[str] = "Gaussian"
    summary: ClassVar[str] = "One Gaussian, tilted: everything is known in closed form."

    correlation: float = option(0.7, title="Correlation", ge=-0.99, le=0.99, widget="slider",
                                help="Correlation of the two coordinates.")

    def raw(self) -> Mixture:
        """Unit variances."""
        covariance = torch.tensor([[1.0, self.correlation], [self.correlation, 1.0]], dtype=torch.float64)
        return gaussian(torch.zeros(2), covariance)


class TwoBlobs(MixtureSet):
    """Two tilted Gaussians."""

    name: ClassVar[str] = "two-blobs"
    title: ClassVar[str] = "Two blobs"
    summary: ClassVar[str] = "Two tilted Gaussians of weights to choose."

    weight: float = option(0.3, title="Weight", ge=0.01, le=0.99, widget="slider",
                           help="Share of the points that the left one has.")

    def raw(self) -> Mixture:
        """Left and right, tilted against each other."""
        covariances = torch.tensor([[[0.3, 0.2], [0.2, 0.3]], [[0.2, -0.1], [-0.1, 0.2]]], dtype=torch.float64)
        return Mixture(torch.tensor([self.weight, 1 - self.weight], dtype=torch.float64),
                       torch.tensor([[-1.5, 0.5], [1.5, -0.5]], dtype=torch.float64), covariances)


class Ring(MixtureSet):
    """Equal round Gaussians on a circle, the standard test for lost modes."""

    name: ClassVar[str] = "ring"
    title: ClassVar[str] = "Ring of blobs"
    short: ClassVar[str] = "Ring"
    summary: ClassVar[str] = "Equal Gaussians on a circle; samplers that lose some are seen at once."

    modes: int = option(8, title="Blobs", ge=2, le=24, help="How many Gaussians there are.")
    spread: float = option(0.08, title="Spread", ge=0.01, le=0.5, widget="slider",
                           help="Standard deviation of each as a share of the circle’s radius.")

    def raw(self) -> Mixture:
        """A circle of radius 1."""
        angle = 2 * math.pi * torch.arange(self.modes, dtype=torch.float64) / self.modes
        return rounds(torch.ones(self.modes), torch.stack([angle.cos(), angle.sin()], 1), self.spread**2)


class UnequalBlobs(MixtureSet):
    """Three separate Gaussians of very different weights, which local moves cannot tell (Song & Ermon 2019, 3.2.2)."""

    name: ClassVar[str] = "unequal-blobs"
    title: ClassVar[str] = "Unequal blobs"
    summary: ClassVar[str] = "Weights 70, 25 and 5 %, far apart: Langevin loses them, annealing finds them."
    source: ClassVar[str] = "Song & Ermon 2019, arXiv 1907.05600, section 3.2.2"

    spread: float = option(0.15, title="Spread", ge=0.01, le=0.5, widget="slider",
                           help="Standard deviation of each as a share of their distance from the centre.")

    def raw(self) -> Mixture:
        """The corners of an equilateral triangle."""
        angle = math.pi / 2 + 2 * math.pi * torch.arange(3, dtype=torch.float64) / 3
        weights = torch.tensor([0.7, 0.25, 0.05], dtype=torch.float64)
        return rounds(weights, torch.stack([angle.cos(), angle.sin()], 1), self.spread**2)


class Grid(MixtureSet):
    """Equal round Gaussians on a square grid."""

    name: ClassVar[str] = "grid"
    title: ClassVar[str] = "Grid of blobs"
    short: ClassVar[str] = "Grid"
    summary: ClassVar[str] = "Equal Gaussians in rows and columns: many modes, close to each other."

    side: int = option(5, title="Side", ge=2, le=10, help="Gaussians in each row and each column.")
    spread: float = option(0.12, title="Spread", ge=0.01, le=0.5, widget="slider",
                           help="Standard deviation of each as a share of the distance between neighbours.")

    def raw(self) -> Mixture:
        """Neighbours at distance 1."""
        axis = torch.arange(self.side, dtype=torch.float64)
        return rounds(torch.ones(self.side**2), torch.cartesian_prod(axis, axis), self.spread**2)
