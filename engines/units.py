"""Units: the user's own numbers beside those that are computed with. The one place that knows how one become the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

Array = np.ndarray[Any, np.dtype[Any]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Units:
    """Where points of mean 0 and variance 1 lie among the user's own numbers: own = origin + scale·point.

    origin: (d,), the mean of each column. scale: > 0, one for all columns, so that a circle stays a circle.
    names: of the columns, () where the file has none.
    """

    origin: tuple[float, ...]
    scale: float
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse with ValueError what maps no points, as a damaged file may hold it."""
        good = self.scale > 0 and all(map(math.isfinite, (self.scale, *self.origin)))
        if not self.origin or not good or len(self.names) not in {0, len(self.origin)}:
            raise ValueError(f"units with the origin {self.origin}, scale {self.scale} and names {self.names}")

    @classmethod
    def read(cls, values: Mapping[str, Any] | None) -> Self | None:
        """Units as `written` gives them, None for none; raises ValueError, TypeError or KeyError for damaged ones."""
        if values is None:
            return None
        names = cast(list[Any], values.get("names", ()))
        return cls(tuple(map(float, values["origin"])), float(values["scale"]), tuple(map(str, names)))

    def written(self) -> dict[str, Any]:
        """All of it for JSON, every digit."""
        return {"origin": list(self.origin), "scale": self.scale, "names": list(self.names)}

    def restored(self, points: Array) -> Floats:
        """Points (…, d) in the user's own numbers, float64."""
        return np.asarray(self.origin) + self.scale * points.astype(np.float64)

    def standard(self, own: Array) -> Floats:
        """The user's own numbers (…, d) as points, float64."""
        return (own.astype(np.float64) - np.asarray(self.origin)) / self.scale

    def moves(self, vectors: Array) -> Floats:
        """Differences of points and velocities (…, d) in the user's units."""
        return self.scale * vectors.astype(np.float64)

    def score(self, score: Array) -> Floats:
        """A gradient of log p (…, d) by the user's numbers: the farther they lie apart, the smaller."""
        return score.astype(np.float64) / self.scale

    def said(self) -> str:
        """A sentence for figures that are not in the user's units."""
        return (f"Distances and likelihoods are those of points at unit scale, of which 1 is {self.scale:.4g} in your "
                "own numbers; a log p in these is less by the logarithm of that for each column.")

    @property
    def log_volume(self) -> float:
        """What log p loses by the change of variables: d·log(scale)."""
        return len(self.origin) * math.log(self.scale)
