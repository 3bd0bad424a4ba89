"""Points of the user's own, imported or painted, at the mean and scale of all other sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.errors import BadPoints

SAME = 1e-3  # units by which a mean or scale may be another before it is told


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Points with mean 0 and a mean variance of 1 a coordinate, and the way back to their own units.

    points: (N, d) float64. origin (d,) and scale: a point of the user's is origin + scale·point.
    """

    points: Tensor
    origin: Tensor
    scale: float

    @classmethod
    def of(cls, values: np.ndarray[Any, np.dtype[Any]], title: str = "The table") -> Cloud:
        """The cloud of values (N, d), as `engines.modalities.points` reads them.

        Raises BadPoints when there are none, all are one, or their spread is beyond what numbers hold.
        """
        own = torch.as_tensor(values.astype(np.float64))
        if not len(own) or bool((own == own[:1]).all()):
            raise BadPoints(f"All points of “{title}” are at one place; give it two different ones at least.")
        # the largest number first, as the square of one beyond 1e150 is infinite
        size = float(own.abs().max())
        origin = (own / size).mean(0)
        scale = float((own / size).var(0, correction=0).mean()) ** 0.5
        if not scale > 1e-13:
            raise BadPoints(f"The points of “{title}” differ by less than rounding beside their distance from 0; take "
                            "their mean off first.")
        return cls((own / size - origin) / scale, origin * size, scale * size)

    def sample(self, count: int, seed: int = 0) -> Tensor:
        """(count, d) rows at random: each at most once while there are enough, else every one about as often."""
        generator, rows = torch.Generator().manual_seed(seed), list[Tensor]()
        for _ in range(-(-count // len(self.points))):
            rows.append(torch.randperm(len(self.points), generator=generator))
        return self.points[torch.cat(rows)[:count]] if rows else self.points[:0]

    def told(self) -> str:
        """How the points come from the user's own numbers, as a sentence; "" where they are the same."""
        still = bool((self.origin.abs() < SAME).all()) and abs(self.scale - 1) < SAME
        middle = ", ".join(f"{float(value):.4g}" for value in self.origin).replace("-", "−")
        middle = f"({middle})" if len(self.origin) > 1 else middle
        return "" if still else ("Own points are shown and measured at the scale of the other sets: less their mean "
                                 f"{middle}, and divided by {self.scale:.4g}.")

    def restored(self, points: Tensor) -> Tensor:
        """Points (B, d) of this scale in the user's own units."""
        return self.origin + self.scale * points
