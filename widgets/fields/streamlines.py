"""Streamlines of a vector field on a grid, evenly spaced.

Method: all seeds are followed at once; lines are then taken one by one, as far as they keep their distance from
those before (after Jobard and Lefer, "Creating evenly-spaced streamlines of arbitrary density", 1997).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from widgets.drawing.plane import Box, Floats

Line = NDArray[np.float64]
STEP = 0.25  # of the spacing
LONG = 60  # steps to either side of a seed
LEAST = 8  # points of a line; shorter ones are clutter


def streamlines(vectors: Floats, box: Box, spacing: float = 1 / 24) -> tuple[Line, ...]:
    """Lines (n, 2) in data units along vectors (H, W, 2) at the middles of equal cells of a box, lowest row first.

    spacing: distance of lines as a share of the box's longer side, in (0, 1).
    Raises ValueError for vectors of another shape.
    """
    if vectors.ndim != 3 or vectors.shape[2] != 2 or min(vectors.shape[:2]) < 2:
        raise ValueError(f"A field of shape {vectors.shape} has no streamlines; give (H, W, 2).")
    left, bottom, right, top = box
    apart = spacing * max(right - left, top - bottom)
    seeds = _seeds(box, apart)
    forward = _follow(vectors, box, seeds, apart * STEP)
    back = _follow(vectors, box, seeds, -apart * STEP)
    ways = np.concatenate([back[:0:-1], forward])  # (steps, seeds, 2), NaN where a line has ended
    return tuple(_spaced(ways.transpose(1, 0, 2), box, apart))


def _seeds(box: Box, apart: float) -> Floats:
    """A grid of seeds over a box, from its middle outwards, where a field has most to tell."""
    left, bottom, right, top = box
    across, up = np.meshgrid(np.arange(left + apart / 2, right, apart), np.arange(bottom + apart / 2, top, apart))
    seeds = np.stack([across.ravel(), up.ravel()], axis=1)
    away = np.hypot(*(seeds - np.array(((left + right) / 2, (bottom + top) / 2))).T)
    return seeds[np.argsort(away, kind="stable")]


def _follow(vectors: Floats, box: Box, seeds: Floats, step: float) -> Floats:
    """Where seeds (S, 2) go with steps of one length (midpoint rule): (LONG + 1, S, 2); NaN from where one ends."""
    at, ways = seeds.astype(np.float64), [seeds.astype(np.float64)]
    before = direction(vectors, box, at)
    for _ in range(LONG):
        half = at + direction(vectors, box, at) * (step / 2)
        now = direction(vectors, box, half)
        # where all arrows meet a line would go to and fro
        now[(now * before).sum(axis=1) < 0] = np.nan
        at, before = at + now * step, now
        ways.append(at)
    return np.stack(ways)


def direction(vectors: Floats, box: Box, points: Floats) -> Floats:
    """Unit vectors of the field at points (N, 2), linear between cells; NaN outside and where it vanishes."""
    left, bottom, right, top = box
    height, width = vectors.shape[:2]
    size = np.array(((right - left) / width, (top - bottom) / height))
    with np.errstate(invalid="ignore"):
        cell = (points - np.array((left, bottom))) / size
        outside = ~((cell >= 0) & (cell <= np.array((width, height)))).all(axis=1)
    cell = np.clip(np.nan_to_num(cell) - 0.5, 0, np.array((width, height)) - 1.000001)
    low = cell.astype(np.intp)
    share = cell - low
    column, row, x, y = low[:, 0], low[:, 1], share[:, :1], share[:, 1:]
    found = ((vectors[row, column] * (1 - x) + vectors[row, column + 1] * x) * (1 - y)
             + (vectors[row + 1, column] * (1 - x) + vectors[row + 1, column + 1] * x) * y)
    length = np.hypot(*found.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = found / length[:, None]
    unit[outside | (length < 1e-9) | ~np.isfinite(length)] = np.nan
    return unit


def _spaced(ways: Floats, box: Box, apart: float) -> list[Line]:
    """Of ways (S, n, 2) those parts around their seeds that come into no cell where another line runs."""
    left, bottom, right, top = box
    side = apart * 0.6
    width, height = int((right - left) / side) + 2, int((top - bottom) / side) + 2
    inside = np.asarray(np.isfinite(ways).all(axis=2))
    cells = np.nan_to_num((ways - np.array((left, bottom))) / side).astype(np.intp)
    flat = np.clip(cells[..., 1], 0, height - 1) * width + np.clip(cells[..., 0], 0, width - 1)
    taken, middle, lines = np.zeros(width * height, bool), ways.shape[1] // 2, list[Line]()
    for way, good, places in zip(ways, inside, flat, strict=True):
        free = good & ~taken[places]
        if not free[middle]:
            continue
        blocked = np.flatnonzero(~free)
        start = int(blocked[blocked < middle].max(initial=-1)) + 1
        end = int(blocked[blocked > middle].min(initial=len(way)))
        if end - start >= LEAST:
            taken[places[start:end]] = True
            lines.append(way[start:end])
    return lines
