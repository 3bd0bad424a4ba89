"""Arrows of a field: a vector at every point of a grid, with the length that stands for a value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.drawing.curve_scale import nice_step
from widgets.drawing.fonts import numbers, numbers_wide, words, words_wide
from widgets.drawing.numerals import significant
from widgets.drawing.plane import Floats, Frame
from widgets.drawing.theme import Theme, blend
from widgets.fields.layer import Layer, Legend, Sketch, checked, draw_segments, write

TYPICAL = 0.9  # quantile of the lengths that just spans the distance of two points
LONGEST = 1.4  # of that distance: the few longer ones are cut, or they would cross everything
SHORTEST = 0.5  # px of an arrow that is drawn
HEAD, ANGLE = 3.6, 0.5  # px and radians of the head
SHARE = 0.55  # of the way from the plate to the colour
GAP = 6.0  # px in the scale


@dataclass(frozen=True, slots=True, eq=False)
class Arrows(Layer):
    """Vectors (N, 2) at points (N, 2), each drawn with its middle at its point.

    title: what is shown, e.g. “score”, written with the scale.
    colour: name of the theme's colour.
    full: the length of a vector that is drawn as long as two points lie apart; None for one that suits most.
    one: what a length of 1 reads in the scale.
    unit: that length, found once, since every step of a scrub asks for it; telling: what is shown, in a few of them;
    twin: the same on the scale of others.
    """

    points: Floats
    vectors: Floats
    title: str = "score"
    colour: str = "text2"
    full: float | None = None
    one: float = 1.0
    unit: float = field(init=False, default=1.0)
    telling: str = field(init=False, default="")
    twin: Arrows | None = field(init=False, default=None, repr=False)
    order: ClassVar[int] = 20

    def __post_init__(self) -> None:
        if checked(self.points, "Arrows").shape != checked(self.vectors, "Arrows").shape:
            raise ValueError(f"{len(self.vectors)} vectors do not fit {len(self.points)} points; give one each.")
        object.__setattr__(self, "unit", self._fitting())
        cut = self.cut()
        more = f", {cut:,} longer ones cut" if cut else ""
        object.__setattr__(self, "telling", f"{self.title} as {len(self.points):,} arrows{more}")

    def _fitting(self) -> float:
        if self.full is not None:
            return self.full
        lengths = np.hypot(*self.vectors.T)
        lengths = lengths[np.isfinite(lengths)]
        return max(float(np.quantile(lengths, TYPICAL)), 1e-30) if lengths.size else 1.0

    def apart(self) -> float:
        """Distance of two points of the grid in data units, by the area that each has."""
        if len(self.points) < 2:
            return 1.0
        extent = np.ptp(self.points, axis=0)
        # points of a line have no area
        area = float(extent[0] * extent[1])
        return float((area / len(self.points)) ** 0.5 if area > 0 else extent.max() / (len(self.points) - 1)) or 1.0

    def scaled(self, full: float) -> Arrows:
        """The same arrows with a length that others beside them have, too; made once for the last length asked for."""
        if self.twin is None or self.twin.full != full:
            object.__setattr__(self, "twin", replace(self, full=full, title=f"{self.title}, one scale"))
        assert self.twin is not None
        return self.twin

    def cut(self) -> int:
        """How many arrows are drawn shorter than they are."""
        return int((np.hypot(*self.vectors.T) > LONGEST * self.unit).sum())

    def shafts(self, frame: Frame) -> Floats:
        """Tails and tips (N, 2, 2) in logical pixels."""
        length = np.hypot(*self.vectors.T)[:, None]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            shorter = np.minimum(1.0, LONGEST * self.unit / np.maximum(length, 1e-300))
        half = self.vectors * shorter * (self.apart() / self.unit / 2)
        return frame.pixels(np.stack([self.points - half, self.points + half], axis=1))

    def draw(self, sketch: Sketch) -> None:
        """Draw the arrows that are in sight."""
        painter, theme = sketch.painter, sketch.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(blend(theme.bg1, theme.term(self.colour), SHARE)), 1.0))
        shafts = self.shafts(sketch.frame)
        # left out are those of no length, which would be dots, and those that are not finite
        shafts = shafts[np.hypot(*(shafts[:, 1] - shafts[:, 0]).T) > SHORTEST]
        draw_segments(painter, np.concatenate([shafts, heads(shafts)]))

    def told(self) -> str:
        """What is shown, in a few words."""
        return self.telling

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """Its scale and how wide that is."""
        value, length = self._sample(frame)
        wide = words_wide(self.title, 11) + length + 2 * GAP + numbers_wide(significant(value, 6), 11)

        def draw(painter: QPainter, corner: QPointF, theme: Theme) -> None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.text2), 1.0))
            write(painter, words(11), self.title, corner)
            tail = corner + QPointF(words_wide(self.title, 11) + GAP, -4)
            shaft = np.array([[[tail.x(), tail.y()], [tail.x() + length, tail.y()]]])
            draw_segments(painter, np.concatenate([shaft, heads(shaft)]))
            write(painter, numbers(11), significant(value, 6), QPointF(tail.x() + length + GAP, corner.y()))

        return wide, draw

    def _sample(self, frame: Frame) -> tuple[float, float]:
        """A round value and the pixels along x that stand for it, of a size that can be read."""
        per_value = self.apart() / self.unit * frame.scale[0] / self.one
        value = nice_step(18.0 / per_value)
        return value, value * per_value


def heads(shafts: Floats) -> Floats:
    """The two strokes of every arrow's head (2N, 2, 2), smaller than half of a short shaft."""
    along = shafts[:, 1] - shafts[:, 0]
    length = np.hypot(*along.T)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        back = -along / length * np.minimum(HEAD, length / 2)
    back = np.nan_to_num(back)
    cosine, sine = np.cos(ANGLE), np.sin(ANGLE)
    sides = [np.stack([back[:, 0] * cosine - back[:, 1] * turn, back[:, 0] * turn + back[:, 1] * cosine], axis=1)
             for turn in (sine, -sine)]
    return np.concatenate([np.stack([shafts[:, 1], shafts[:, 1] + side], axis=1) for side in sides])
