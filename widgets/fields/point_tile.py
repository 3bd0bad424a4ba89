"""Points as a small picture, for the film strip and for lists of samples."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from widgets.drawing.hues import rgb
from widgets.drawing.pixmaps import to_qimage
from widgets.drawing.plane import Box, Floats
from widgets.drawing.theme import Theme

FEW = 700  # points up to which a dot is as strong as it can be
BARS = 40


def point_tile(points: Floats, box: Box, theme: Theme, side: int = 88) -> QImage:
    """Points (N, 2) within a box as dots in a theme's colours, values (N, 1) as a histogram over the box's width."""
    good = points[np.isfinite(points).all(axis=1)]
    ink = _bars(good[:, 0], box, side) if points.shape[1] == 1 else _dots(good, box, side, len(points))
    ground, text = rgb(theme.bg1), rgb(theme.text)
    picture = ground + (text - ground) * ink[..., None]
    return to_qimage((picture * 255 + 0.5).astype(np.uint8))


def _dots(points: Floats, box: Box, side: int, count: int) -> Floats:
    """How much of each pixel is covered, (side, side) in [0, 1]."""
    rows, columns = np.linspace(-box[3], -box[1], side + 1), np.linspace(box[0], box[2], side + 1)
    counts = np.histogram2d(-points[:, 1], points[:, 0], (rows, columns))[0]
    for axis in (0, 1):
        counts = counts + 0.5 * (np.roll(counts, 1, axis) + np.roll(counts, -1, axis))
    return 1.0 - np.exp(-0.9 * min(1.0, (FEW / max(count, 1)) ** 0.6) * counts)


def _bars(values: Floats, box: Box, side: int) -> Floats:
    heights = np.histogram(values, BARS, (box[0], box[2]))[0]
    tops = (heights / max(int(heights.max()), 1) * 0.86)[np.arange(side) * BARS // side]
    return np.where((side - 0.5 - np.arange(side))[:, None] / side < tops, 0.7, 0.0)
