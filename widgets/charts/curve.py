"""One curve of a plot."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One curve: title for the legend, colour by token name ("prior"), y (n,), and x (n,), 0 … n−1 when None.

    dashed: what is expected, beside what was found; silent: its value does not stand beside the title;
    sparse: it is read at its own x alone, where others have values at others.
    """

    title: str
    colour: str
    y: np.ndarray
    x: np.ndarray | None = None
    dashed: bool = False
    silent: bool = False
    sparse: bool = False

    @property
    def xs(self) -> np.ndarray:
        """The x of every value."""
        return np.arange(len(self.y), dtype=np.float64) if self.x is None else np.asarray(self.x, dtype=np.float64)

    def at(self, x: float | None) -> float:
        """The value nearest to an x; the last one without an x; NaN where it has none."""
        if x is not None and self.sparse and x not in self.xs:
            return math.nan
        nearest = -1 if x is None else int(np.abs(self.xs - x).argmin())
        return float(self.y[nearest])
