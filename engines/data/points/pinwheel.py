"""Pinwheel: Gaussian arms that are bent around the centre."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.data.points.base import PointSet, normals


class Pinwheel(PointSet):
    """Long Gaussians around the centre, each turned further the farther out (after Johnson et al. 2016).

    Every point turns by an angle of its distance from the centre. That leaves areas as they are,
    so the density is exact: that of the straight arms where the point came from.
    """

    name: ClassVar[str] = "pinwheel"
    title: ClassVar[str] = "Pinwheel"
    summary: ClassVar[str] = "Bent arms around the centre: modes that are no Gaussians."
    source: ClassVar[str] = "after Johnson et al. 2016, arXiv 1603.06277, section 5"

    arms: int = option(5, title="Arms", ge=2, le=9, help="How many arms there are.")
    bend: float = option(1.0, title="Bend", ge=-3, le=3, widget="slider", unit="rad",
                         help="How far an arm turns over a length of 1, before scaling.")

    along: ClassVar[float] = 0.3  # standard deviations of a straight arm, whose middle is 1 from the centre
    across: ClassVar[float] = 0.08

    @property
    def scale(self) -> float:
        """Root of the mean variance before scaling, which turning does not change."""
        return math.sqrt((1 + self.along**2 + self.across**2) / 2)

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """A straight arm, turned to its place and bent."""
        arm = torch.randint(self.arms, (count,), generator=generator)
        widths = torch.tensor([self.along, self.across], dtype=torch.float64)
        straight = normals(count, 2, generator) * widths + torch.tensor([1.0, 0.0], dtype=torch.float64)
        bent = _turned(straight, 2 * math.pi * arm / self.arms + self.bend * straight[:, 0].hypot(straight[:, 1]))
        return bent / self.scale

    def log_density(self, x: Tensor) -> Tensor:
        """log Σ_k N(R_k⁻¹ x)/K, with R_k the turn of arm k at x's own distance from the centre."""
        raw = x.double() * self.scale
        angle = self.bend * raw[:, 0].hypot(raw[:, 1])
        arms = [_turned(raw, -angle - 2 * math.pi * k / self.arms) for k in range(self.arms)]
        exponents = torch.stack([((a[:, 0] - 1) / self.along).square() + (a[:, 1] / self.across).square()
                                 for a in arms])
        # the density of x is that of the unscaled point times scale²
        factor = self.scale**2 / (2 * math.pi * self.along * self.across * self.arms)
        return (-exponents / 2).logsumexp(0) + math.log(factor)


def _turned(x: Tensor, angle: Tensor) -> Tensor:
    """Points (n, 2) turned about the origin by an angle each, counter-clockwise."""
    cos, sin = angle.cos(), angle.sin()
    return torch.stack([cos * x[:, 0] - sin * x[:, 1], sin * x[:, 0] + cos * x[:, 1]], 1)
