"""Layers of one-dimensional data: density curves, a histogram, and particles in a strip below the base line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.drawing.numerals import significant
from widgets.drawing.painted import tinted
from widgets.drawing.plane import Box, Floats, Frame
from widgets.drawing.ruler import PLAIN, Ruler
from widgets.drawing.strokes import polygon
from widgets.fields.layer import Layer, Legend, Sketch, line_legend

BELOW = 0.24  # of the highest density: depth of the strip of particles
AIR = 1.12  # of the highest density: height of the plate
INSIDE = (0.25, 0.74)  # of the strip's depth: where particles lie, clear of the base line's ticks and of the numbers
GOLDEN = 0.6180339887  # shares of multiples of it are spread evenly, however many there are


def line_extent(left: float, right: float, highest: float) -> Box:
    """The extent of a plane for one-dimensional data up to a highest density, with the strip of particles below."""
    return left, -BELOW * highest, right, AIR * highest


def rug(values: Floats, highest: float) -> Floats:
    """Values (N,) as points (N, 2) for `Particles`: spread over the strip below the base line, or they would hide
    one another. A particle keeps its height from step to step."""
    share = INSIDE[0] + (INSIDE[1] - INSIDE[0]) * (np.arange(len(values)) * GOLDEN % 1.0)
    return np.stack([np.asarray(values, np.float64), -BELOW * highest * share], axis=1)


def along(xs: Floats, slopes: Floats, highest: float) -> tuple[Floats, Floats]:
    """Points and vectors for `Arrows` between base line and particles: score or velocity (N,) at values xs (N,)."""
    below = np.full(len(xs), -BELOW * highest * INSIDE[0] / 2)
    return np.stack([xs, below], axis=1), np.stack([slopes, np.zeros(len(xs))], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class DensityCurve(Layer):
    """A density (N,) over xs (N,), named in the corner; `filled` shades what is under it.

    across, up: how values and densities read.
    """

    xs: Floats
    density: Floats
    title: str = "true density"
    colour: str = "prior"
    filled: bool = False
    across: Ruler = PLAIN
    up: Ruler = PLAIN
    order: ClassVar[int] = 30

    def __post_init__(self) -> None:
        if self.xs.shape != self.density.shape or self.xs.ndim != 1:
            raise ValueError(f"A density of shape {self.density.shape} over {self.xs.shape} cannot be drawn; "
                             "give (N,) for both.")

    def draw(self, sketch: Sketch) -> None:
        """Draw the curve over its axis."""
        painter, frame = sketch.painter, sketch.frame
        good = np.isfinite(self.density)
        if not good.any():
            return
        pixels = frame.pixels(np.stack([self.xs[good], self.density[good]], axis=1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = sketch.theme.term(self.colour)
        if self.filled:
            base = frame.origin[1]
            ends = np.array(((pixels[-1, 0], base), (pixels[0, 0], base)))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tinted(colour, 0.14))
            painter.drawPolygon(polygon(np.concatenate([pixels, ends])))
        painter.setPen(QPen(QColor(colour), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(polygon(pixels))

    def told(self) -> str:
        """What is shown, in a few words."""
        good = np.flatnonzero(np.isfinite(self.density))
        if not good.size:
            return f"{self.title} without a finite value"
        peak = good[self.density[good].argmax()]
        return f"{self.title} with its peak of {significant(self.up.told(float(self.density[peak])), 2)} at " \
               f"{self.across.written(float(self.xs[peak]))}"

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """Its scale and how wide that is."""
        return line_legend(self.title, self.colour, room=frame.room.width())


@dataclass(frozen=True, slots=True, eq=False)
class Histogram(Layer):
    """Densities (N,) of equal or unequal bins between edges (N + 1,), as bars on the base line.

    title: named below, "" where what it is of is clear.
    """

    edges: Floats
    density: Floats
    colour: str = "noise"
    title: str = ""
    order: ClassVar[int] = 15
    still: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if len(self.edges) != len(self.density) + 1:
            raise ValueError(f"{len(self.edges)} edges do not bound {len(self.density)} bins; give one more.")

    @classmethod
    def of(cls, values: Floats, left: float, right: float, bins: int = 60, colour: str = "noise",
           title: str = "") -> Histogram:
        """The histogram of values (N,) on a stretch; those outside and those not finite count for its heights."""
        counts, edges = np.histogram(values[np.isfinite(values)], bins, (left, right))
        width = (right - left) / bins
        return cls(edges, counts / (max(len(values), 1) * width), colour, title)

    def draw(self, sketch: Sketch) -> None:
        """Draw the bars over their axis."""
        painter, frame = sketch.painter, sketch.frame
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        colour = tinted(sketch.theme.term(self.colour), 0.34)
        tops = frame.pixels(np.stack([self.edges[:-1], self.density], axis=1)).tolist()
        rights = frame.pixels(np.stack([self.edges[1:], self.density], axis=1))[:, 0].tolist()
        for (left, top), right in zip(tops, rights, strict=True):
            # a gap between bars that are wide enough to have one
            painter.fillRect(QRectF(left, top, max(right - left - (right - left > 3), 0.5), frame.origin[1] - top),
                             colour)

    def told(self) -> str:
        """What is shown, in a few words."""
        return f"histogram of {len(self.density)} bins"

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """What its bars are."""
        return line_legend(self.title, self.colour, room=frame.room.width()) if self.title else None
