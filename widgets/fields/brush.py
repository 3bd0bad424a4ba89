"""The brushes of a field: points sprayed within a circle, or dabs, evenly along a stroke however fast it is drawn."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

STEP = 0.25  # of the radius between one puff of the spray and the next
SMALLEST, LARGEST = 2.0, 200.0  # px
SPRAY = 18.0  # px, the radius of a spray that is new


def bounded(radius: float) -> float:
    """A radius in pixels as a brush can have it, in [2, 200]."""
    return min(max(radius, SMALLEST), LARGEST)


class Brush:
    """Sprays points. Positions are in logical pixels; the field turns them into data.

    Args:
        radius: of the circle in logical pixels, in [2, 200].
        puff: points sprayed at once, at least 1.
        seed: of the random places, so that a stroke can be repeated.
    """

    def __init__(self, radius: float = SPRAY, puff: int = 6, seed: int = 0) -> None:
        self.radius = bounded(radius)
        self.puff = max(puff, 1)
        self._random = np.random.default_rng(seed)
        self._last: QPointF | None = None

    @property
    def drawing(self) -> bool:
        """Whether a stroke has begun and not ended."""
        return self._last is not None

    def press(self, at: QPointF) -> NDArray[np.float64]:
        """Begin a stroke; gives the first points (N, 2)."""
        self._last = at
        return self._spray([(at.x(), at.y())])

    def move(self, to: QPointF) -> NDArray[np.float64]:
        """Draw on to a place; gives the points (N, 2) of the way there, none before the next puff is due."""
        if self._last is None:
            return np.zeros((0, 2))
        way, step = to - self._last, self.radius * STEP
        count = int(math.hypot(way.x(), way.y()) / step)
        if not count:
            return np.zeros((0, 2))
        part = step / math.hypot(way.x(), way.y())
        places = [self._last + way * (part * k) for k in range(1, count + 1)]
        # what is left of the way counts for the next puff
        self._last = places[-1]
        return self._spray([(place.x(), place.y()) for place in places])

    def release(self) -> None:
        """End the stroke."""
        self._last = None

    def _spray(self, middles: list[tuple[float, float]]) -> NDArray[np.float64]:
        """Points spread evenly over the circles."""
        count = len(middles) * self.puff
        # the root makes rings of equal area equally likely
        away = self.radius * np.sqrt(self._random.random(count))
        angle = 2 * math.pi * self._random.random(count)
        return np.repeat(np.array(middles), self.puff, axis=0) + np.stack(
            [away * np.cos(angle), away * np.sin(angle)], axis=1)


class Dabs(Brush):
    """Gives the places (N, 2) of dabs along a stroke, a quarter of the radius apart, for whoever paints them.

    Args:
        radius: of a dab in logical pixels, in [2, 200].
    """

    def __init__(self, radius: float = 36.0) -> None:
        super().__init__(radius, 1)

    def _spray(self, middles: list[tuple[float, float]]) -> NDArray[np.float64]:
        """The middles themselves."""
        return np.array(middles)
