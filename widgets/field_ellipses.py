"""Gaussian components of a field: the mean as a small cross, one and two standard deviations as ellipses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPainter, QPen

from widgets.field_layer import Layer, Sketch, checked
from widgets.hues import hues, rgb, to_colour
from widgets.plane import Floats, polygon

AROUND = 72  # corners of an ellipse
ARM = 4.0  # px of the cross
STRONG = 0.55  # of the way from a mode's colour to that of words


@dataclass(frozen=True, slots=True, eq=False)
class Ellipses(Layer):
    """A mixture of K Gaussians: means (K, 2) and covariances (K, 2, 2).

    colour: that of component 0; the others have the colours that `Particles` give to their modes, only stronger.
    """

    means: Floats
    covariances: Floats
    colour: str = "accent"
    order: ClassVar[int] = 55
    still: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.covariances.shape != (len(checked(self.means, "Means")), 2, 2):
            raise ValueError(f"Covariances of shape {self.covariances.shape} do not fit {len(self.means)} means; "
                             f"give ({len(self.means)}, 2, 2).")

    def outlines(self, deviations: float) -> Floats:
        """The ellipses at so many standard deviations (K, AROUND + 1, 2) in data units; a singular one is a line."""
        values, axes = np.linalg.eigh(np.nan_to_num(self.covariances))
        angle = np.linspace(0, 2 * np.pi, AROUND + 1)
        circle = np.stack([np.cos(angle), np.sin(angle)])  # (2, AROUND + 1)
        stretched = axes * np.sqrt(np.maximum(values, 0.0))[:, None, :]
        return self.means[:, None] + deviations * (stretched @ circle).transpose(0, 2, 1)

    def draw(self, sketch: Sketch) -> None:
        """Draw each component at one and two deviations."""
        painter, frame = sketch.painter, sketch.frame
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # towards the words' colour, or they would not be seen on the particles of their mode
        theme = sketch.theme
        colours = (1 - STRONG) * hues(theme.term(self.colour), len(self.means)) + STRONG * rgb(theme.text)
        rings = ((1.0, 1.6, Qt.PenStyle.SolidLine), (2.0, 1.0, Qt.PenStyle.DashLine))
        outlines = [frame.pixels(self.outlines(deviations)) for deviations, _, _ in rings]
        for k in np.flatnonzero(np.isfinite(self.means).all(axis=1)).tolist():
            colour = to_colour(colours[k])
            for outline, (_, width, style) in zip(outlines, rings, strict=True):
                painter.setPen(QPen(colour, width, style))
                painter.drawPolyline(polygon(outline[k]))
            x, y = frame.pixels(self.means[k]).tolist()
            painter.setPen(QPen(colour, 1.6))
            painter.drawLines([QLineF(x - ARM, y, x + ARM, y), QLineF(x, y - ARM, x, y + ARM)])

    def told(self) -> str:
        """What is shown, in a few words."""
        return f"{len(self.means)} Gaussians with one and two standard deviations"
