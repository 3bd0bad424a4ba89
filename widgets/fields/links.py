"""Links of a field: from each of a few particles an arrow to the place that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.drawing.plane import Floats, Frame
from widgets.fields.arrows import heads
from widgets.fields.layer import Layer, Legend, Sketch, checked, draw_segments, line_legend

WIDTH = 1.4  # px
RING = 2.4  # px, radius of the ring where a link begins


@dataclass(frozen=True, slots=True, eq=False)
class Links(Layer):
    """Arrows from points (N, 2), each in a ring, to points (N, 2): whole, at the scale of the plane.

    title: what they lead from and to.
    colour: name of the theme's colour.
    """

    starts: Floats
    ends: Floats
    title: str
    colour: str = "guidance"
    order: ClassVar[int] = 50
    still: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if checked(self.starts, "Links").shape != checked(self.ends, "Links").shape:
            raise ValueError(f"{len(self.starts)} links cannot end at {len(self.ends)} points; give one each.")

    def shafts(self, frame: Frame) -> Floats:
        """Tails and tips (M, 2, 2) in logical pixels, of those that are finite."""
        pixels = frame.pixels(np.stack([self.starts, self.ends], axis=1))
        return pixels[np.isfinite(pixels).all(axis=(1, 2))]

    def draw(self, sketch: Sketch) -> None:
        """Draw the arrows, and over them the rings."""
        shafts = self.shafts(sketch.frame)
        draw_ringed(sketch, [(shafts, sketch.theme.term(self.colour))], shafts[:, 0], RING)

    def told(self) -> str:
        """What is shown, in a few words."""
        return f"{len(self.starts)} arrows, {self.title}"

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """What they lead from and to."""
        del frame
        return line_legend(self.title, self.colour)


def draw_ringed(sketch: Sketch, groups: Iterable[tuple[Floats, str]], starts: Floats, radius: float) -> None:
    """Draw groups of arrows (M, 2, 2), each with its colour, and over them rings of a radius at (N, 2); all in px."""
    painter, theme = sketch.painter, sketch.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for shafts, colour in groups:
        painter.setPen(QPen(QColor(colour), WIDTH))
        draw_segments(painter, np.concatenate([shafts, heads(shafts)]))
    painter.setPen(QPen(QColor(theme.text), 1.0))
    painter.setBrush(QColor(theme.bg1))
    for x, y in starts.tolist():
        painter.drawEllipse(QPointF(x, y), radius, radius)
