"""Curves in the plane with Gaussian noise: moons, spiral, rings.

Their density is an integral along the curve, done by Gauss–Legendre quadrature: a mixture
of small round Gaussians at the nodes, and hence an oracle like any other.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from engines.analytic import Mixture, rounds
from engines.component import option
from engines.data.points.base import PointSet, normals, standardised, uniforms

NODES = 1.6  # quadrature nodes for each standard deviation of the noise along the curve
PANEL = 64  # nodes of one rule: thousands in one would take seconds to find


@dataclass(frozen=True, slots=True)
class Arc:
    """A piece of a curve: its share of the points, its length at most, and whether places crowd towards its end.

    ends: the parameters u it lies between; crowded: u, from 0, has the density ∝ u instead of a uniform one, which on a
    spiral that widens evenly makes the points as dense outside as within.
    """

    share: float
    length: float
    ends: tuple[float, float]
    crowded: bool = False


class Curve(PointSet):
    """Points along arcs, each moved by noise that is alike in every direction; a subclass gives the arcs."""

    noise: float = option(0.08, title="Noise", ge=0.02, le=0.5, widget="slider",
                          help="Standard deviation about the curve, before scaling (the half circles have radius 1).")

    @abstractmethod
    def arcs(self) -> tuple[Arc, ...]:
        """The pieces; their shares sum to 1."""

    @abstractmethod
    def place(self, arc: int, u: Tensor) -> Tensor:
        """Where parameters u (n,) of a piece lie: (n, 2)."""

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """A piece by its share, a place along it, and the noise."""
        which = uniforms(count, generator)
        along, noise = uniforms(count, generator), normals(count, 2, generator)
        x, below = torch.empty(count, 2, dtype=torch.float64), 0.0
        for k, arc in enumerate(self.arcs()):
            mine = (which >= below) & ((which < below + arc.share) if k + 1 < len(self.arcs()) else which >= 0)
            x[mine], below = self.place(k, _inverse(arc, along[mine])), below + arc.share
        raw = self._nodes()
        scale = (float(raw.covariance().trace()) / 2) ** 0.5
        return (x + self.noise * noise - raw.mean()) / scale

    def oracle(self) -> Mixture:
        """The quadrature; its density has a relative error below 1e-6 wherever there are data, mostly below 1e-9."""
        return standardised(self._nodes())

    def _nodes(self) -> Mixture:
        """Nodes of Gauss–Legendre quadrature along every arc, each with the noise about it."""
        weights, means = list[Tensor](), list[Tensor]()
        for k, arc in enumerate(self.arcs()):
            nodes, share = _legendre(math.ceil(NODES * arc.length / self.noise / PANEL))
            u = arc.ends[0] + (arc.ends[1] - arc.ends[0]) * nodes
            weights.append(arc.share * (share * u / (share * u).sum() if arc.crowded else share))
            means.append(self.place(k, u))
        return rounds(torch.cat(weights), torch.cat(means), self.noise**2)


class Moons(Curve):
    """Two half circles that reach into each other (scikit-learn's `make_moons`)."""

    name: ClassVar[str] = "moons"
    title: ClassVar[str] = "Two moons"
    summary: ClassVar[str] = "Two half circles that reach into each other."
    source: ClassVar[str] = "scikit-learn, make_moons"

    def arcs(self) -> tuple[Arc, ...]:
        """Half of the points each."""
        return (Arc(0.5, math.pi, (0.0, math.pi)),) * 2

    def place(self, arc: int, u: Tensor) -> Tensor:
        """The upper one about the origin, the lower one about (1, 0.5)."""
        if arc == 0:
            return torch.stack([u.cos(), u.sin()], 1)
        return torch.stack([1 - u.cos(), 0.5 - u.sin()], 1)


class Spiral(Curve):
    """Arms that wind outwards, as dense at the end as at the start."""

    name: ClassVar[str] = "spiral"
    title: ClassVar[str] = "Spiral"
    summary: ClassVar[str] = "Arms that wind outwards from the centre."

    noise: float = option(0.05, title="Noise", ge=0.02, le=0.5, widget="slider",
                          help="Standard deviation about the curve, before scaling (the spiral has radius 1).")
    arms: int = option(2, title="Arms", ge=1, le=4, help="How many arms there are.")
    turns: float = option(1.5, title="Turns", ge=0.5, le=4, widget="slider", help="How often each winds around.")

    def arcs(self) -> tuple[Arc, ...]:
        """One an arm; u is the distance from the centre."""
        # as long as if all of it ran as fast as the outer end: nodes are spread evenly over u
        return (Arc(1 / self.arms, math.hypot(1, 2 * math.pi * self.turns), (0.0, 1.0), crowded=True),) * self.arms

    def place(self, arc: int, u: Tensor) -> Tensor:
        """Archimedean: the distance grows with the angle."""
        angle = 2 * math.pi * (self.turns * u + arc / self.arms)
        return torch.stack([u * angle.cos(), u * angle.sin()], 1)


class Rings(Curve):
    """Circles within each other, with points in proportion to their length."""

    name: ClassVar[str] = "rings"
    title: ClassVar[str] = "Rings"
    summary: ClassVar[str] = "Circles within each other."

    noise: float = option(0.05, title="Noise", ge=0.02, le=0.5, widget="slider",
                          help="Standard deviation about the curve, before scaling (the outer ring has radius 1).")
    rings: int = option(3, title="Rings", ge=1, le=6, help="How many circles there are.")

    def arcs(self) -> tuple[Arc, ...]:
        """One a circle, from the smallest to that of radius 1."""
        total = self.rings * (self.rings + 1) / 2
        return tuple(Arc((k + 1) / total, 2 * math.pi * (k + 1) / self.rings, (0.0, 2 * math.pi))
                     for k in range(self.rings))

    def place(self, arc: int, u: Tensor) -> Tensor:
        """u is the angle."""
        return (arc + 1) / self.rings * torch.stack([u.cos(), u.sin()], 1)


def _inverse(arc: Arc, uniform: Tensor) -> Tensor:
    """The parameter u for uniform numbers in [0, 1): the inverse of its distribution function."""
    low, high = arc.ends
    # a density ∝ u from 0 has the distribution function (u/high)²
    return high * uniform.sqrt() if arc.crowded else low + (high - low) * uniform


def _legendre(panels: int) -> tuple[Tensor, Tensor]:
    """Nodes in (0, 1) and weights that sum to 1: the rule of PANEL nodes on each of equal intervals."""
    nodes, weights = np.polynomial.legendre.leggauss(PANEL)
    starts = np.arange(panels)[:, None]
    return (torch.as_tensor(((starts + (nodes + 1) / 2) / panels).ravel()),
            torch.as_tensor(np.tile(weights / 2 / panels, panels)))
