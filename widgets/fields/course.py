"""Layers of one-dimensional data over time: axes of time and value, where one is in time, and the density there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.drawing.curve_scale import Scale
from widgets.drawing.numerals import brief
from widgets.drawing.painted import tinted
from widgets.drawing.plane import Floats, Frame
from widgets.drawing.ruler import PLAIN, Ruler
from widgets.drawing.strokes import polygon
from widgets.drawing.theme import blend
from widgets.fields.axes import APART, EDGE, HIGH, TICK, WIDE, Axes, Beside
from widgets.fields.layer import Layer, Legend, Sketch, line_legend

SHARE = 0.14  # of the plate's width that the peak of a density takes
TITLE = 26.0  # px at the right end of the numbers below, for what they are of


@dataclass(frozen=True, slots=True)
class CourseAxes(Axes):
    """Time or log-SNR to the right, values upwards.

    title: of what is to the right; sign: −1 where it falls to the right.
    """

    title: str = "t"
    sign: float = -1.0

    def draw(self, sketch: Sketch) -> None:
        """Draw a hairline at the value 0, and ticks at the lower edge."""
        painter, frame, theme = sketch.painter, sketch.frame, sketch.theme
        room, y = frame.room, frame.place(0, self.up.at(0)).y()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QLineF(room.left(), y, room.right(), y))
        painter.setPen(QPen(QColor(blend(theme.line, theme.text2, 0.5)), 1))
        painter.drawLines([QLineF(x, room.bottom() - TICK, x, room.bottom())
                           for x, _ in self.beside(frame, upright=False).ticks])

    def round_numbers(self, frame: Frame, more: int = 1) -> tuple[list[float], list[float]]:
        """Round times and values that are in sight, 0 too: no axis stands upright there."""
        left, bottom, right, top = frame.visible()
        return (Scale(left, right, False).round_values(more * max(2, round(frame.room.width() / APART))),
                self.up.round_values(bottom, top, more * max(4, round(frame.room.height() / APART))))

    def beside(self, frame: Frame, *, upright: bool) -> Beside:
        """What stands beside the values, or below: times read as they fall or rise."""
        if upright:
            return super(CourseAxes, self).beside(frame, upright=True)
        room, times = frame.room, self.round_numbers(frame)[0]
        texts = brief([self.sign * time + 0.0 for time in times])
        places = (frame.place(time, 0).x() for time in times)
        return Beside(tuple((x, text) for x, text in zip(places, texts, strict=True)
                            if room.left() + 24 < x < room.right() - 2 * TITLE))

    def numbers(self, frame: Frame) -> list[tuple[QRectF, str]]:
        """Where numbers stand and how they read, and first what those below are of."""
        room = frame.room
        title = QRectF(room.right() - TITLE - WIDE / 2, room.bottom() - HIGH - EDGE, WIDE, HIGH)
        return [(title, self.title), *super(CourseAxes, self).numbers(frame)]

@dataclass(frozen=True, slots=True)
class Cursor(Layer):
    """Where one is: a line up through the plate at a place to the right."""

    at: float
    order: ClassVar[int] = 35
    still: ClassVar[bool] = False

    def draw(self, sketch: Sketch) -> None:
        """Draw the line."""
        room, x = sketch.frame.room, round(sketch.frame.place(self.at, 0).x()) + 0.5
        sketch.painter.setPen(QPen(QColor(sketch.theme.text), 1.0))
        sketch.painter.drawLine(QLineF(x, room.top(), x, room.bottom()))

    def told(self) -> str:
        """Nothing: the caption says the step."""
        return ""


@dataclass(frozen=True, slots=True, eq=False)
class SideCurve(Layer):
    """A density (N,) over values (N,) upwards, drawn sideways from a place; its peak takes a share of the plate.

    to_left: it grows to the left, as where there is no room at the right; ruler: how its values read.
    """

    at: float
    values: Floats
    density: Floats
    to_left: bool = False
    ruler: Ruler = PLAIN
    colour: str = "prior"
    order: ClassVar[int] = 38
    still: ClassVar[bool] = False

    def outline(self, frame: Frame) -> Floats:
        """The curve in logical pixels (n, 2), where the density is finite."""
        good = np.isfinite(self.density)
        values, density = self.values[good], self.density[good]
        reach = SHARE * frame.room.width() * (-1.0 if self.to_left else 1.0)
        pixels = frame.pixels(np.stack([np.full(len(values), self.at), values], axis=1))
        pixels[:, 0] += density / max(float(density.max(initial=0.0)), 1e-300) * reach
        return pixels

    def draw(self, sketch: Sketch) -> None:
        """Draw the curve and what is under it."""
        painter, colour = sketch.painter, sketch.theme.term(self.colour)
        pixels, x = self.outline(sketch.frame), sketch.frame.place(self.at, 0).x()
        if not len(pixels):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends = np.array(((x, pixels[-1, 1]), (x, pixels[0, 1])))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tinted(colour, 0.3))
        painter.drawPolygon(polygon(np.concatenate([pixels, ends])))
        painter.setPen(QPen(QColor(colour), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(polygon(pixels))

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """What the curve is."""
        return line_legend("exact at this step", self.colour)

    def told(self) -> str:
        """What is shown, in a few words."""
        good = np.flatnonzero(np.isfinite(self.density))
        if not good.size:
            return "exact density at this step without a finite value"
        peak = good[self.density[good].argmax()]
        return f"exact density at this step with its peak at {self.ruler.written(float(self.values[peak]))}"
