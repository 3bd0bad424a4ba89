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
LEAST = 5  # steps of a line; shorter ones are clutter
AGREE = 0.6  # length of the mean of unit vectors below which they point apart
CALM = (0.5, -0.53) * 2  # of the way to the middle of its neighbours that a point goes, in, and out again
TURN = 0.06  # radians that a line turns from one of its points to the next: no corner is seen


def streamlines(vectors: Floats, box: Box, spacing: float = 1 / 24) -> tuple[Line, ...]:
    """Lines (n, 2) in data units along vectors (H, W, 2) at the middles of equal cells of a box, lowest row first.

    spacing: distance of lines as a share of the box's longer side, in (0, 1).
    Raises ValueError for vectors of another shape.
    """
    if vectors.ndim != 3 or vectors.shape[2] != 2 or min(vectors.shape[:2]) < 2:
        raise ValueError(f"A field of shape {vectors.shape} has no streamlines; give (H, W, 2).")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        vectors = vectors / np.hypot(vectors[..., :1], vectors[..., 1:])
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
    """Where seeds (S, 2) go along unit vectors with steps of one length (midpoint rule): (LONG + 1, S, 2).

    NaN from where one ends: outside, or on a crest or in a sink, where cells beside each other point apart.
    """
    at, ways = seeds.astype(np.float64), [seeds.astype(np.float64)]
    before = direction(vectors, box, at, AGREE)
    for _ in range(LONG):
        half = at + direction(vectors, box, at, AGREE) * (step / 2)
        now = direction(vectors, box, half, AGREE)
        # where all arrows meet a line would go to and fro
        now[(now * before).sum(axis=1) < 0] = np.nan
        at, before = at + now * step, now
        ways.append(at)
    return np.stack(ways)


def direction(vectors: Floats, box: Box, points: Floats, least: float = 1e-9) -> Floats:
    """Unit vectors of the field at points (N, 2), linear between cells; NaN outside and where it is below `least`."""
    left, bottom, right, top = box
    height, width = vectors.shape[:2]
    across, up = (points[:, 0] - left) * (width / (right - left)), (points[:, 1] - bottom) * (height / (top - bottom))
    inside = (across >= 0) & (across <= width) & (up >= 0) & (up <= height)  # NaN is not
    across = np.clip(np.where(inside, across, 0.0) - 0.5, 0, width - 1.000001)
    up = np.clip(np.where(inside, up, 0.0) - 0.5, 0, height - 1.000001)
    column, row = across.astype(np.intp), up.astype(np.intp)
    x, y = (across - column)[:, None], (up - row)[:, None]
    cells, at = vectors.reshape(-1, 2), row * width + column
    low, high = cells.take(at, axis=0), cells.take(at + width, axis=0)
    low = low + (cells.take(at + 1, axis=0) - low) * x
    found = low + (high + (cells.take(at + width + 1, axis=0) - high) * x - low) * y
    length = np.hypot(found[:, 0], found[:, 1])
    good = inside & (length >= least) & (length < np.inf)
    return found / np.where(good, length, np.nan)[:, None]


def calmed(line: Line) -> Line:
    """A line (n, 2) without the zigzag of steps that go over a crest to and fro; its bends stay (Taubin 1995)."""
    line = line.copy()
    for share in CALM:
        line[1:-1] += share * (0.5 * (line[:-2] + line[2:]) - line[1:-1])
    return line


def rounded(line: Line, parts: int = 4) -> Line:
    """A line (n, 2) through the same points without corners (Catmull & Rom 1974), and with none where it is straight.
    """
    around = np.concatenate([2 * line[:1] - line[1:2], line, 2 * line[-1:] - line[-2:-1]])
    before, here, there, after = around[:-3], around[1:-2], around[2:-1], around[3:]
    share = (np.arange(parts) / parts)[:, None, None]
    bent = 0.5 * (2 * here + (there - before) * share + (2 * before - 5 * here + 4 * there - after) * share**2
                  + (3 * here - before - 3 * there + after) * share**3)
    whole = np.concatenate([bent.transpose(1, 0, 2).reshape(-1, 2), line[-1:]])
    along = np.diff(whole, axis=0)
    turned = np.unwrap(np.arctan2(along[:, 1], along[:, 0]))
    kept = np.ones(len(whole), bool)
    kept[1:-1] = np.diff(np.floor(np.abs(np.diff(turned)).cumsum() / TURN), prepend=0.0) > 0
    return whole[kept]


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
            lines.append(rounded(calmed(way[start:end])))
    return lines
