"""From arrays of a field to the layers that a canvas draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engines.units import Units
from widgets.drawing.plane import Floats
from widgets.fields.arrows import Arrows
from widgets.fields.axes import Axes
from widgets.fields.density import Heat, counted
from widgets.fields.layer import Layer
from widgets.fields.line import DensityCurve, Histogram, along, rug
from widgets.fields.particles import Particles
from widgets.fields.paths import Streamlines, Trails
from workbench.fields.frames import BANDS, CURVE, ENDS, REACH, TICKS, FieldFrame
from workbench.fields.readings import axes, rulers

Layers = dict[str, Layer | None]
GOLDEN = 0.6180339887  # shares of multiples of it are spread evenly, however many there are
RESTING = ("density", "score", "flow")
CELLS, BINS = 90, 70
WAYS, CORNERS = 12, 600  # paths drawn at once, and corners of each


@dataclass(frozen=True, slots=True)
class Ground:
    """What a field is drawn on: in how many dimensions, up to which density on a line, and in which units it reads."""

    dimension: int
    highest: float = 1.0
    units: Units | None = None

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
    made = _on_line(frame, ground) if ground.line else _in_plane(frame, ground)
    return none | {name: make() for name, make in made.items() if shown(name)}


def _in_plane(frame: FieldFrame, ground: Ground) -> dict[str, Callable[[], Layer | None]]:
    def heat() -> Layer | None:
        return None if frame.density is None else Heat(frame.density, REACH, frame.title, bands=BANDS,
                                                       levels=frame.levels, unit=ground.one**-2)

    return {"density": heat, "score": lambda: Arrows(frame.points, frame.score, one=1 / ground.one),
            "flow": lambda: Streamlines(frame.lines)}


def _on_line(frame: FieldFrame, ground: Ground) -> dict[str, Callable[[], Layer | None]]:
    xs, some, high = frame.points[:, 0], slice(None, None, CURVE // TICKS), ground.highest
    across, up = rulers(ground.units, line=True)

    def curve() -> Layer | None:
        return None if frame.density is None else DensityCurve(
            xs, frame.density, frame.title, filled=True, across=across, up=up)

    return {"density": curve, "score": lambda: Arrows(*along(xs[some], frame.score[some, 0], high), one=1 / ground.one),
            "flow": lambda: Arrows(*along(xs[some], frame.velocity[some, 0], high), title="velocity", one=ground.one)}


def on_one_scale(panels: Sequence[Layers]) -> list[Layers]:
    """Layers of panels that are compared, their arrows of one kind on one scale: that of the longest ones."""
    units = dict[str, list[float]]()
    for layers in panels:
        for name, layer in layers.items():
            if isinstance(layer, Arrows):
                units.setdefault(name, []).append(layer.unit)
    return [{name: layer.scaled(max(units[name])) if isinstance(layer, Arrows) and len(units[name]) > 1 else layer
             for name, layer in layers.items()} for layers in panels]


def moving(points: Floats, ground: Ground, *, histogram: bool) -> Layers:
    """Particles (N, d), and where it is asked for how often they are where."""
    layers: Layers = {"particles": Particles(ground.placed(points)), "histogram": None}
    if histogram and ground.line:
        layers["histogram"] = Histogram.of(points[:, 0], *ENDS, BINS)
    elif histogram:
        box = (-CELLS / 25, -CELLS / 25, CELLS / 25, CELLS / 25)
        layers["histogram"] = Heat(counted(points, box, CELLS), box, "histogram", colour="noise", unit=ground.one**-2)
    return layers


def trails(ways: Floats, ground: Ground) -> Layer | None:
    """The ways (T, K, d) of a few particles up to the present step; None on a line, where they would lie on another."""
    if ground.line or len(ways) < 2:
        return None
    every = max(1, len(ways) // CORNERS)
    thin = ways[::-1][::every][::-1]  # the newest place is always among them
    return Trails(np.ascontiguousarray(thin.transpose(1, 0, 2)), len(ways) - 1)
