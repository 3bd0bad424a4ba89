"""From arrays of a field to the layers that a canvas draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engines.units import Units
from widgets.drawing.plane import Box, Floats
from widgets.fields.arrows import Arrows
from widgets.fields.axes import Axes
from widgets.fields.density import Contours, Heat, blocks_of, counted, span_of, steps_of
from widgets.fields.layer import Layer
from widgets.fields.line import DensityCurve, Histogram, along, rug
from widgets.fields.particles import Particles
from widgets.fields.paths import Streamlines, Trails
from workbench.fields.frames import ARROWS, BANDS, COVERED, CURVE, ENDS, EXTENT, TICKS, FieldFrame
from workbench.fields.known import FLOW, SCORE
from workbench.fields.readings import axes, rulers

Layers = dict[str, Layer | None]
HISTOGRAM, SCORE_LINES, FLOW_ARROWS = "histogram", "score_lines", "flow_arrows"
RESTING = ("density", SCORE, FLOW)
CELLS, BINS = (20, 28, 40, 56, 80, 112, 160), (16, 32, 64, 128)  # across a plane and on a line; steps, to be steady
WIDE = 0.5  # of a cell, in what points lie on · N^(-1/(d + 2)): half of Scott's rule, as data have several modes
WAYS, CORNERS = 12, 600  # paths drawn at once, and corners of each


@dataclass(frozen=True, slots=True)
class Ground:
    """What a field is drawn on: in how many dimensions, up to which density on a line, and in which units it reads.

    extent: what is looked at of the plane; far: how far from 0 on a line.
    """

    dimension: int
    highest: float = 1.0
    units: Units | None = None
    extent: Box = EXTENT
    far: float = ENDS[1]

    @property
    def line(self) -> bool:
        """Whether the data are values on a line."""
        return self.dimension == 1

    @property
    def one(self) -> float:
        """What a length of 1 reads."""
        return 1.0 if self.units is None else self.units.scale

    @property
    def axes(self) -> Axes:
        """Those of its units."""
        return axes(self.units, line=self.line)

    def placed(self, values: Floats) -> Floats:
        """Points (N, d) where they are drawn, (N, 2)."""
        return rug(values[:, 0], self.highest) if self.line else values


def resting(frame: FieldFrame | None, ground: Ground, shown: Callable[[str], bool]) -> Layers:
    """Density and vectors of a time, none without a frame; shown: which are made."""
    none: Layers = dict.fromkeys(RESTING)
    if frame is None:
        return none
    made = _on_line(frame, ground) if ground.line else _in_plane(frame, ground, shown)
    return none | {name: make() for name, make in made.items() if shown(name)}


def _in_plane(frame: FieldFrame, ground: Ground, shown: Callable[[str], bool]) -> dict[str, Callable[[], Layer | None]]:
    """Beside a histogram the density is of lines where one shade follows another: the shades are left to the cells."""
    def heat() -> Layer | None:
        if frame.density is None:
            return None
        if shown(HISTOGRAM):
            return Contours(frame.density, COVERED, frame.title, steps_of(span_of(frame.density), BANDS),
                            named=frame.title, unit=ground.one**-2)
        return Heat(frame.density, COVERED, frame.title, bands=BANDS, levels=frame.levels, unit=ground.one**-2)

    def score() -> Layer:
        title = f"{frame.whose} score"
        if shown(SCORE_LINES):
            return Streamlines.of(frame.score.reshape(ARROWS[1], ARROWS[0], 2), COVERED, title)
        return Arrows(frame.points, frame.score, title, one=1 / ground.one)

    def flow() -> Layer | None:
        title = f"{frame.whose} velocity"
        if shown(FLOW_ARROWS):
            return Arrows(frame.points, frame.velocity, title, one=ground.one)
        return None if frame.lines is None else Streamlines(frame.lines, title)

    return {"density": heat, SCORE: score, FLOW: flow}


def _on_line(frame: FieldFrame, ground: Ground) -> dict[str, Callable[[], Layer | None]]:
    xs, some, high = frame.points[:, 0], slice(None, None, CURVE // TICKS), ground.highest
    across, up = rulers(ground.units, line=True)

    def curve() -> Layer | None:
        return None if frame.density is None else DensityCurve(
            xs, frame.density, frame.title, filled=True, across=across, up=up)

    def arrows(vectors: Floats, name: str, one: float) -> Arrows:
        return Arrows(*along(xs[some], vectors[some, 0], high), f"{frame.whose} {name}", one=one)

    return {"density": curve, SCORE: lambda: arrows(frame.score, "score", 1 / ground.one),
            FLOW: lambda: arrows(frame.velocity, "velocity", ground.one)}


def on_one_scale(panels: Sequence[Layers]) -> list[Layers]:
    """Layers of panels that are compared, their arrows of one kind on one scale: that of the longest ones."""
    units = dict[str, list[float]]()
    for layers in panels:
        for name, layer in layers.items():
            if isinstance(layer, Arrows):
                units.setdefault(name, []).append(layer.unit)
    return [{name: layer.scaled(max(units[name])) if isinstance(layer, Arrows) and len(units[name]) > 1 else layer
             for name, layer in layers.items()} for layers in panels]


def moving(points: Floats, ground: Ground, frame: FieldFrame | None, *, histogram: bool) -> Layers:
    """Particles (N, d), and where it is asked for how densely they lie, on the scale of the density of a frame."""
    layers: Layers = {"particles": Particles(ground.placed(points), faint=histogram and not ground.line),
                      HISTOGRAM: None}
    if histogram:
        layers[HISTOGRAM] = _bars(points) if ground.line else _cells(points, ground, frame)
    return layers


def _bars(points: Floats) -> Histogram:
    fine = np.histogram(points[:, 0], BINS[-1], ENDS)[0]
    return Histogram.of(points[:, 0], *ENDS, suiting(fine, len(points), BINS), title=HISTOGRAM)


def _cells(points: Floats, ground: Ground, frame: FieldFrame | None) -> Heat:
    """Squares over all that is seen; where no density is known their own highest is the end of the scale."""
    left, bottom, right, top = COVERED
    high, count = (top - bottom) / (right - left), len(points)
    fine = counted(points, COVERED, CELLS[-1], round(CELLS[-1] * high))
    across = suiting(fine * (count * (right - left) * (top - bottom) / fine.size), count, CELLS)
    found = counted(points, COVERED, across, round(across * high))
    known = None if frame is None else frame.density
    span = (0.0, span_of(found if known is None else known)[1])
    return Heat(found, COVERED, HISTOGRAM, span, BANDS, "noise", blocks_of(found, BANDS, span), ground.one**-2)


def suiting(fine: Floats, count: int, steps: Sequence[int]) -> int:
    """Of steps how many cells across suit a number of points, by how many are in each of steps[-1] cells across.

    What they lie on is 1/∫p²: a few dense modes want narrower cells than one wide cloud.
    """
    pairs = float((fine * (fine - 1)).clip(min=0).sum()) / max(count * (count - 1), 1)  # Σp² without the points' chance
    lying = (1 / max(pairs, 1e-9)) ** (1 / fine.ndim)  # cells along a side
    wanted = steps[-1] / (WIDE * lying * max(count, 1) ** (-1 / (fine.ndim + 2)))
    return min(steps, key=lambda step: abs(np.log(step / wanted)))


def trails(ways: Floats, ground: Ground) -> Layer | None:
    """The ways (T, K, d) of a few particles up to the present step; None on a line, where they would lie on another."""
    if ground.line or len(ways) < 2:
        return None
    every = max(1, len(ways) // CORNERS)
    thin = ways[::-1][::every][::-1]  # the newest place is always among them
    return Trails(np.ascontiguousarray(thin.transpose(1, 0, 2)), len(ways) - 1)
