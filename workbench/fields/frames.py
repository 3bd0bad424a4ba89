"""What a field of points shows at one time besides its particles: densities and vectors on grids, as arrays.

Made beside the window, where the engines may be asked; drawn by layers of the widgets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from widgets.drawing.plane import Box
from widgets.fields.density import Levels, levels_of
from widgets.fields.streamlines import Line, streamlines

if TYPE_CHECKING:
    from engines.aim import Aim
    from engines.point_field import Marginal

Floats = NDArray[np.float64]
EXTENT: Box = (-2.9, -2.9, 2.9, 2.9)  # what is looked at: sets have a variance of 1 a coordinate
COVERED: Box = (-6.0, -4.2, 6.0, 4.2)  # what densities are known over: a wide canvas shows more than its extent
ENDS = (-4.2, 4.2)  # of a line
FINE, WORK = 180, 4_000_000  # cells across a density, fewer where every one takes many components
ARROWS = (30, 21)  # vectors across and up
FINER = 3  # times as many along each side for streamlines: near the data a flow turns within an arrow's cell
BANDS = 8  # steps that the shades of a density make
EXACT, LEARNED = "exact", "learned"
CURVE, TICKS = 480, 33  # values of a density on a line, and vectors along it


@dataclass(frozen=True, slots=True)
class FieldFrame:
    """One time of a field.

    density: of the truth, (H, W) over COVERED, lowest row first, or (N,) at `points` on a line, None where unknown.
    points: (M, 2) where the vectors are, on a line (N, 1) where the density is; score, velocity: (M, d) there.
    lines: streamlines of the velocity, none on a line, None where they were not asked for; levels: the density's
    shades, ready to be drawn; title: which density it is; whose: whose score and velocity they are, “exact” or
    “learned”.
    """

    density: NDArray[np.floating] | None
    points: Floats
    score: Floats
    velocity: Floats
    lines: tuple[Line, ...] | None = ()
    levels: Levels | None = None
    title: str = "density"
    whose: str = EXACT

    @property
    def nbytes(self) -> int:
        """Bytes it takes."""
        arrays = (self.points, self.score, self.velocity, *(self.lines or ()))
        return sum(a.nbytes for a in (*arrays, self.density, self.levels) if a is not None)


def centres(low: float, high: float, count: int) -> Floats:
    """Middles of equal cells."""
    return low + (high - low) * (np.arange(count) + 0.5) / count


def grid(box: Box, across: int, up: int) -> Floats:
    """Middles (up · across, 2) of the cells of a box, the lowest row first."""
    x, y = np.meshgrid(centres(box[0], box[2], across), centres(box[1], box[3], up))
    return np.stack([x.ravel(), y.ravel()], axis=1)


def frame_of(marginal: Marginal, dimension: int, truth: Marginal, aim: Aim, title: str,
             blur: float = 0.0, *, lined: bool = True) -> FieldFrame:
    """The fields of a prior at one time, in one or two dimensions; some milliseconds to a tenth of a second.

    marginal: exact or learned; truth, aim: whose density is shown, and of which classes; title: what that is called;
    blur: standard deviation by which it is drawn wide at least; lined: with streamlines, which take longer than all
    else.
    """
    made = _plane(marginal, truth, aim, blur, lined) if dimension > 1 else _line(marginal, truth, aim, blur)
    return replace(made, title=title, whose=EXACT if marginal.denoiser is truth.denoiser else LEARNED)


def _plane(marginal: Marginal, truth: Marginal, aim: Aim, blur: float, lined: bool) -> FieldFrame:
    density = levels = None
    if truth.mixture is not None:
        most = min(1.0, (WORK / len(truth.mixture.weights) / FINE**2) ** 0.5)
        across = max(int(FINE * most), 48)
        up = round(across * (COVERED[3] - COVERED[1]) / (COVERED[2] - COVERED[0]))
        cell = (COVERED[2] - COVERED[0]) / across * (COVERED[3] - COVERED[1]) / up
        density = aim.density(truth, grid(COVERED, across, up), cell, blur).reshape(up, across).astype(np.float32)
        levels = levels_of(density, BANDS)
    points, lines = grid(COVERED, *ARROWS), None
    if lined:
        across, up = (FINER * count for count in ARROWS)
        lines = streamlines(marginal.velocity(grid(COVERED, across, up)).reshape(up, across, 2), COVERED)
    return FieldFrame(density, points, marginal.score(points), marginal.velocity(points), lines, levels)


def _line(marginal: Marginal, truth: Marginal, aim: Aim, blur: float) -> FieldFrame:
    points = np.linspace(*ENDS, CURVE)[:, None]
    cell = (ENDS[1] - ENDS[0]) / (CURVE - 1)
    density = aim.density(truth, points, cell, blur) if truth.mixture is not None else None
    return FieldFrame(density, points, marginal.score(points), marginal.velocity(points))
