"""Points as a picture: what stands for them in lists, strips and exported files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engines.modalities.image import to_uint8

Array = np.ndarray[Any, np.dtype[Any]]
REACH = 2.75  # data units from the middle to an edge: sets have a variance of 1 a coordinate
BINS = 48  # bars of a histogram
SIDE = 192  # px, enough for a list and for a strip
FEW = 1000  # points up to which a dot is as dark as it can be
PAPER, INK = 255, 24  # grey levels


def scatter(points: Array, side: int = SIDE, reach: float = REACH) -> Array:
    """Points (N, 2) as dark dots on white, or values (N, 1) as a histogram: (side, side, 1) uint8.

    What lies beyond `reach` on any side, or is not finite, is left out.
    """
    seen = points[np.isfinite(points).all(axis=1)]
    dark = _bars(seen[:, 0], side, reach) if points.shape[1] == 1 else _dots(seen, side, reach, len(points))
    return (PAPER - (PAPER - INK) * dark + 0.5).astype(np.uint8)[..., None]


def portraits(batch: Array, most: int = 4) -> list[Array]:
    """Pictures (H, W, 1 or 3) uint8 that stand for a batch in a list.

    Args:
        batch: images (B, C, H, W) in [−1, 1], of which the first `most` stand for all, or points (N, d).
    """
    return [to_uint8(image) for image in batch[:most]] if is_pictures(batch.shape) else [scatter(batch)]


def is_pictures(shape: Sequence[int]) -> bool:
    """Whether a batch of that shape holds images (B, C, H, W), and not points (N, d)."""
    return len(shape) == 4


def _dots(seen: Array, side: int, reach: float, count: int) -> Array:
    """How dark each pixel is, (side, side) in [0, 1]."""
    edges = np.linspace(-reach, reach, side + 1)
    counts = np.histogram2d(-seen[:, 1], seen[:, 0], (edges, edges))[0]
    # a dot of about two pixels, by its share in the four around it
    wide = counts.copy()
    for axis in (0, 1):
        wide = wide + 0.6 * (np.roll(wide, 1, axis) + np.roll(wide, -1, axis))
    strength = 1.6 * min(1.0, (FEW / max(count, 1)) ** 0.5)
    return 1.0 - np.exp(-strength * wide)


def _bars(values: Array, side: int, reach: float) -> Array:
    """A histogram that fills the picture but for a rim."""
    heights = np.histogram(values, BINS, (-reach, reach))[0]
    tops = heights / max(int(heights.max()), 1) * 0.9
    columns = tops[np.arange(side) * BINS // side]
    rows = (side - 0.5 - np.arange(side))[:, None] / side
    return np.where(rows < columns, 0.75, 0.0)
