"""Projections of a field: from where points were an arrow to where each of several strengths brought them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from widgets.drawing.plane import Floats, Frame
from widgets.drawing.theme import blend
from widgets.fields.layer import Layer, Legend, Sketch, line_legend
from widgets.fields.links import draw_ringed

RING = 2.6  # px, radius of the ring where arrows begin


@dataclass(frozen=True, slots=True, eq=False)
class Projections(Layer):
    """Arrows from points (N, 2), each in a ring, to their places (S, N, 2), from grey for the first S to the colour.

    title: what they lead from and to.
    """

    starts: Floats
    ends: Floats
    title: str
    colour: str = "guidance"
    order: ClassVar[int] = 50
    still: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.ends.ndim != 3 or self.ends.shape[1:] != self.starts.shape or self.starts.shape[1:] != (2,):
            raise ValueError(f"Points {self.starts.shape} cannot be led to {self.ends.shape}; give (N, 2), (S, N, 2).")

    def shafts(self, frame: Frame) -> list[Floats]:
        """Tails and tips (M, 2, 2) in logical pixels of the arrows of each strength, of those that are finite."""
        pixels = [frame.pixels(np.stack([self.starts, ends], axis=1)) for ends in self.ends]
        return [one[np.isfinite(one).all(axis=(1, 2))] for one in pixels]

    def draw(self, sketch: Sketch) -> None:
        """Draw the arrows, the strongest last, and over them the rings."""
        theme, shafts = sketch.theme, self.shafts(sketch.frame)
        # not from the ground's colour: faint arrows are lost over a density
        shades = np.linspace(0.0, 1.0, len(shafts)).tolist() if len(shafts) > 1 else [1.0]
        colours = [blend(theme.text2, theme.term(self.colour), shade) for shade in shades]
        draw_ringed(sketch, zip(shafts, colours, strict=True), sketch.frame.pixels(self.starts), RING)

    def told(self) -> str:
        """What is shown, in a few words."""
        return f"{self.ends.shape[0] * self.ends.shape[1]} arrows, {self.title}"

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """What they lead from and to."""
        del frame
        return line_legend(self.title, self.colour)
