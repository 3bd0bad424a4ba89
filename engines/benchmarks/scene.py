"""A picture of a landscape that is drawn, for what must not depend on any photograph."""

from __future__ import annotations

from typing import Any

import numpy as np

SEED = 7  # of its grain


def scene(side: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A picture (side, side, 3) uint8 of sky, hills and a sun, with grain: time and memory do not depend on what it
    shows."""
    y, x = np.mgrid[0:side, 0:side] / side
    grain = np.random.default_rng(SEED).normal(0, 3, (side, side, 1))
    colours = np.stack([110 + 90 * y, 160 + 50 * y, 235 - 20 * y], -1)
    colours[np.hypot(x - 0.72, y - 0.25) < 0.09] = 250, 215, 120
    for k, colour in enumerate(((110, 130, 150), (75, 115, 85), (45, 80, 50))):
        edge = 0.5 + 0.15 * k + 0.07 * np.sin(7 * x + 2 * k) + 0.02 * np.sin(31 * x + k)
        shade = 1 - 0.5 * np.clip(y - edge, 0, 1)
        colours = np.where((y > edge)[..., None], np.array(colour) * shade[..., None], colours)
    return (colours + grain).clip(0, 255).round().astype(np.uint8)
