"""Points of the user's own, imported or painted, at the mean and scale of all other sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.errors import BadPoints
from engines.units import Units


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Points (N, d) float64 with mean 0 and a mean variance of 1 a coordinate, and the way back to their own units."""

    points: Tensor
    units: Units

    @classmethod
    def of(cls, values: np.ndarray[Any, np.dtype[Any]], title: str = "The table",
           names: Sequence[str] = ()) -> Cloud:
        """The cloud of values (N, d) with names of their columns, as `engines.modalities.points` reads them.

        Raises BadPoints when there are none, all are one, or their spread is beyond what numbers hold.
        """
        own = torch.as_tensor(values.astype(np.float64))
        if not len(own) or bool((own == own[:1]).all()):
            raise BadPoints(f"All points of “{title}” are at one place; give it two different ones at least.")
        # the largest number first, as the square of one beyond 1e150 is infinite
        size = float(own.abs().max())
        origin = (own / size).mean(0)
        scale = float((own / size).var(0, correction=0).mean()) ** 0.5
        if not (scale > 1e-13 and scale * size > 0):
            raise BadPoints(f"The points of “{title}” differ by less than rounding beside their distance from 0; take "
                            "their mean off first.")
        units = Units(tuple(float(value) for value in origin * size), scale * size, tuple(names))
        return cls((own / size - origin) / scale, units)

    def sample(self, count: int, seed: int = 0) -> Tensor:
        """(count, d) rows at random: each at most once while there are enough, else every one about as often."""
        generator, rows = torch.Generator().manual_seed(seed), list[Tensor]()
        for _ in range(-(-count // len(self.points))):
            rows.append(torch.randperm(len(self.points), generator=generator))
        return self.points[torch.cat(rows)[:count]] if rows else self.points[:0]
