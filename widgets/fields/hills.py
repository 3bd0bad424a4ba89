"""Gaussian components of a density on a line, each as a hill in the colour of its mode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from widgets.drawing.hues import to_colour
from widgets.drawing.plane import Floats
from widgets.drawing.strokes import polygon
from widgets.fields.ellipses import component_colours
from widgets.fields.layer import Layer, Sketch

FINE = 240  # corners of a hill


@dataclass(frozen=True, slots=True, eq=False)
class Hills(Layer):
    """A mixture of K Gaussians on a line: weights, means and variances (K,).

    What is not finite is left out, and what has no variance, since it has no height.

    colour: that of component 0, as in `Ellipses`.
    """

    weights: Floats
    means: Floats
    variances: Floats
    colour: str = "accent"
    order: ClassVar[int] = 45
    still: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not self.weights.shape == self.means.shape == self.variances.shape or self.means.ndim != 1:
            raise ValueError(f"Weights {self.weights.shape}, means {self.means.shape} and variances "
                             f"{self.variances.shape} do not fit each other; give (K,) of each.")

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Which components (K,) have a density."""
        finite = np.isfinite(self.weights) & np.isfinite(self.means) & np.isfinite(self.variances)
        return finite & (self.variances > 0)

    def draw(self, sketch: Sketch) -> None:
        """Draw w_k N(x; m_k, v_k) for each component."""
        painter, frame, theme = sketch.painter, sketch.frame, sketch.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colours = component_colours(theme, self.colour, len(self.means))
        for k in np.flatnonzero(self.shown).tolist():
            painter.setPen(QPen(to_colour(colours[k]), 1.6))
            painter.drawPolyline(polygon(frame.pixels(self.hill(k))))

    def hill(self, k: int) -> Floats:
        """The density of component k with its weight, as points (FINE, 2) of the data."""
        spread = np.sqrt(self.variances[k])
        xs = self.means[k] + spread * np.linspace(-4, 4, FINE)
        return np.stack([xs, self.density(xs)[k]], axis=1)

    def density(self, xs: Floats) -> Floats:
        """w_k N(x; m_k, v_k) at values xs (N,): (K, N), 0 where a component is left out."""
        weights, means, variances = (part[self.shown, None] for part in (self.weights, self.means, self.variances))
        found = np.zeros((len(self.means), len(xs)))
        found[self.shown] = weights / np.sqrt(2 * np.pi * variances) * np.exp(-0.5 * (xs - means) ** 2 / variances)
        return found

    def told(self) -> str:
        """What is shown, in a few words."""
        shown = int(self.shown.sum())
        return f"{shown} Gaussian{'' if shown == 1 else 's'} as hills"
