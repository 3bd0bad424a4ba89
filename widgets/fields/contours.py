"""Lines of equal height over a grid (marching squares), all cells at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from widgets.drawing.plane import Box, Floats

# edges of a cell: 0 bottom, 1 right, 2 top, 3 left. Row: which corners lie above, bit 0 lower left, 1 lower right,
# 2 upper right, 3 upper left; up to two lines from edge to edge, −1 = none
_LINES = np.full((16, 2, 2), -1)
for _case, _first in ((1, (3, 0)), (2, (0, 1)), (3, (3, 1)), (4, (1, 2)), (6, (0, 2)), (7, (3, 2)), (8, (2, 3)),
                      (9, (0, 2)), (11, (1, 2)), (12, (1, 3)), (13, (0, 1)), (14, (3, 0))):
    _LINES[_case, 0] = _first
_LINES[5] = ((3, 0), (1, 2))
_LINES[10] = ((0, 1), (2, 3))


def contour(values: Floats, box: Box, level: float) -> Floats:
    """The line where values equal a level, as segments (S, 2, 2) in data units.

    Args:
        values: (H, W) at the middles of equal cells of the box, the lowest row first; a value that is not finite
            counts as low.
        box: left, bottom, right, top of the whole grid.
    """
    height, width = values.shape
    if height < 2 or width < 2:
        return np.zeros((0, 2, 2))
    # in float32 there is no number so low, which numpy says on the console at each line
    safe = np.nan_to_num(values.astype(np.float64), nan=-1e300, neginf=-1e300, posinf=1e300)
    above = safe > level
    case = above[:-1, :-1] * 1 + above[:-1, 1:] * 2 + above[1:, 1:] * 4 + above[1:, :-1] * 8
    rows, columns = np.nonzero((case > 0) & (case < 15))
    edges = _crossings(safe, level, rows, columns)
    lines = _LINES[case[rows, columns]]  # (C, 2, 2)
    cells, which = np.nonzero(lines[:, :, 0] >= 0)
    ends = edges[cells[:, None], lines[cells, which]]  # (S, 2, 2) in cells from the first one's middle
    left, bottom, right, top = box
    step = np.array(((right - left) / width, (top - bottom) / height))
    return (ends + 0.5) * step + np.array((left, bottom))


def _crossings(values: Floats, level: float, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
    """Where the level crosses the four edges of cells (C,): (C, 4, 2) as x, y; meaningless where it does not."""
    low, high = values[rows, columns], values[rows + 1, columns]
    low_right, high_right = values[rows, columns + 1], values[rows + 1, columns + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        bottom, right, top, left = (
            np.clip(np.nan_to_num((level - a) / (b - a)), 0.0, 1.0)
            for a, b in ((low, low_right), (low_right, high_right), (high, high_right), (low, high)))
    zero, one = np.zeros_like(bottom), np.ones_like(bottom)
    local = np.stack([np.stack([bottom, zero], 1), np.stack([one, right], 1), np.stack([top, one], 1),
                      np.stack([zero, left], 1)], axis=1)
    return local + np.stack([columns, rows], axis=1)[:, None]
