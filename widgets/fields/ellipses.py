"""Gaussians of a field: components with a cross at the mean and ellipses of their spread, or one to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.drawing.fonts import numbers
from widgets.drawing.hues import hues, rgb, to_colour
from widgets.drawing.plane import Floats, Frame
from widgets.drawing.strokes import polygon
from widgets.drawing.theme import Theme
from widgets.fields.layer import Layer, Legend, Sketch, checked, line_legend, plaque, write

AROUND = 72  # corners of an ellipse
ARM = 4.0  # px of the cross
STRONG = 0.55  # of the way from a mode's colour to that of words


@dataclass(frozen=True, slots=True, eq=False)
class Ellipses(Layer):
    """A mixture of K Gaussians: means (K, 2) and covariances (K, 2, 2).

    colour: that of component 0; the others have the colours that `Particles` give to their modes, only stronger.
    labels: words beside each mean, such as its weight; () for none.
    """

    means: Floats
    covariances: Floats
    colour: str = "accent"
    labels: tuple[str, ...] = ()
    order: ClassVar[int] = 55
    still: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.covariances.shape != (len(checked(self.means, "Means")), 2, 2):
            raise ValueError(f"Covariances of shape {self.covariances.shape} do not fit {len(self.means)} means; "
                             f"give ({len(self.means)}, 2, 2).")

    def outlines(self, deviations: float) -> Floats:
        """The ellipses at so many standard deviations (K, AROUND + 1, 2) in data units; a singular one is a line."""
        return outlines(self.means, self.covariances, deviations)

    def draw(self, sketch: Sketch) -> None:
        """Draw each component at one and two deviations."""
        painter, frame = sketch.painter, sketch.frame
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        theme = sketch.theme
        colours = component_colours(theme, self.colour, len(self.means))
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
        self._draw_labels(sketch)

    def _draw_labels(self, sketch: Sketch) -> None:
        """Words over all ellipses, each on a little ground of the plate's, since they stand where dots are densest."""
        painter, font = sketch.painter, numbers(11)
        metrics = QFontMetricsF(font)
        for k, text in enumerate(self.labels):
            if not np.isfinite(self.means[k]).all():
                continue
            x, y = sketch.frame.pixels(self.means[k]).tolist()
            corner = QPointF(x + ARM + 5, y - ARM - 2)
            ground = QRectF(corner.x() - 3, corner.y() - 10, metrics.horizontalAdvance(text) + 6, 13)
            plaque(painter, ground, sketch.theme)
            painter.setPen(QColor(sketch.theme.text))
            write(painter, font, text, corner)

    def told(self) -> str:
        """What is shown, in a few words."""
        shown = int(np.isfinite(self.means).all(axis=1).sum())
        return f"{shown} Gaussian{'' if shown == 1 else 's'} with one and two standard deviations"


@dataclass(frozen=True, slots=True, eq=False)
class Single(Layer):
    """One Gaussian, mean (2,) and covariance (2, 2), as a dashed ellipse at two standard deviations, with its name."""

    mean: Floats
    covariance: Floats
    title: str = "one Gaussian"
    colour: str = "text2"
    order: ClassVar[int] = 52

    def draw(self, sketch: Sketch) -> None:
        """Draw the ellipse."""
        painter = sketch.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(sketch.theme.term(self.colour)), 1.4, Qt.PenStyle.DashLine))
        painter.drawPolyline(polygon(sketch.frame.pixels(outlines(self.mean[None], self.covariance[None], 2.0)[0])))

    def told(self) -> str:
        """What is shown, in a few words."""
        return f"{self.title} with two standard deviations"

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """A piece of its line and its name."""
        return line_legend(self.title, self.colour, dashed=True)


def component_colours(theme: Theme, first: str, count: int) -> NDArray[np.float64]:
    """The colours (count, 3) of components, by the name of that of the first.

    They are those of the modes' particles, towards the colour of words, or they would not be seen on these.
    """
    return (1 - STRONG) * hues(theme.term(first), count) + STRONG * rgb(theme.text)


def outlines(means: Floats, covariances: Floats, deviations: float) -> Floats:
    """Ellipses (K, AROUND + 1, 2) of Gaussians (K, 2) and (K, 2, 2) at so many standard deviations, in data units."""
    values, axes = np.linalg.eigh(np.nan_to_num(covariances))
    angle = np.linspace(0, 2 * np.pi, AROUND + 1)
    circle = np.stack([np.cos(angle), np.sin(angle)])  # (2, AROUND + 1)
    stretched = axes * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    return means[:, None] + deviations * (stretched @ circle).transpose(0, 2, 1)
