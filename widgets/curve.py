"""Curve: what a plot draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One curve: title for the legend, colour by token name ("prior"), y (n,), and x (n,), 0 … n−1 when None."""

    title: str
    colour: str
    y: np.ndarray
    x: np.ndarray | None = None

    @property
    def xs(self) -> np.ndarray:
        """The x of every value."""
        return np.arange(len(self.y), dtype=np.float64) if self.x is None else np.asarray(self.x, dtype=np.float64)
