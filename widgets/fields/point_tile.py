"""Points as a small picture, for the film strip and for lists of samples."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from widgets.drawing.hues import rgb
from widgets.drawing.pixmaps import to_qimage
from widgets.drawing.plane import Box, Floats
from widgets.drawing.theme import Theme

FEW = 2.0  # points on a pixel and around it, up to which each is as strong as it can be
DENSE, SOFT = 0.97, 0.8  # of the covered pixels no more are as dark as one can be; how the others follow
BARS = 40


def point_tile(points: Floats, box: Box, theme: Theme, side: int = 88) -> QImage:
    """Points (N, 2) within a box as dots in a theme's colours, values (N, 1) as a histogram over the box's width."""
    good = points[np.isfinite(points).all(axis=1)]
    ink = _bars(good[:, 0], box, side) if points.shape[1] == 1 else _dots(good, box, side)
    ground, text = rgb(theme.bg1), rgb(theme.text)
    picture = ground + (text - ground) * ink[..., None]
    return to_qimage((picture * 255 + 0.5).astype(np.uint8))


def _dots(points: Floats, box: Box, side: int) -> Floats:
    """How dark each pixel is, (side, side) in [0, 1]: of a few points each for itself, of a crowd by how dense it is.
    """
    left, bottom, right, top = box
    with np.errstate(over="ignore"):
        column = (points[:, 0] - left) * (side / (right - left))
        row = (top - points[:, 1]) * (side / (top - bottom))
    inside = (column >= 0) & (column < side) & (row >= 0) & (row < side)
    places = row[inside].astype(np.intp) * side + column[inside].astype(np.intp)
    counts = np.bincount(places, minlength=side * side).reshape(side, side).astype(np.float64)
    for axis in (0, 1):
        counts = counts + 0.5 * (np.roll(counts, 1, axis) + np.roll(counts, -1, axis))
    covered = counts[counts > 0]
    rank = int(DENSE * covered.size)
    dense = max(float(np.partition(covered, rank)[rank]), FEW) if covered.size else FEW
    # single points of a crowd stay in sight, and still its middle is darker than its rim
    return 1.0 - np.exp(-0.9 * FEW * (counts / dense) ** (1.0 if dense == FEW else SOFT))


def _bars(values: Floats, box: Box, side: int) -> Floats:
    heights = np.histogram(values, BARS, (box[0], box[2]))[0]
    tops = (heights / max(int(heights.max()), 1) * 0.86)[np.arange(side) * BARS // side]
    return np.where((side - 0.5 - np.arange(side))[:, None] / side < tops, 0.7, 0.0)
