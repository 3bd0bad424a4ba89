"""Particles of a field: thousands of dots in one colour, or each in the colour of its mode."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPaintEngine

from widgets.drawing.hues import Colours, hues, rgb, to_colour
from widgets.drawing.plane import Floats, Frame
from widgets.drawing.theme import Theme
from widgets.fields.layer import Layer, Sketch, checked

LARGE, SMALL = 2.1, 1.15  # px, radius of a few dots and of thousands
FEW = 600  # dots up to which they are large
ROOMY = 450.0  # px of a plate's side from which on dots have their full size
CLEAR, DENSE = 0.62, 0.4  # opacity of a few and of thousands
ROUND = 20_000  # dots up to which each is a circle in a drawing; of more there is a picture
FAINT = 0.3  # of that opacity for dots that something else is seen through
SPACE, LEAST = 40.0, 0.35  # px² of the plate for a dot under which it is fainter, down to a share


@dataclass(frozen=True, slots=True, eq=False)
class Particles(Layer):
    """Points (N, 2) as dots.

    colour: name of a theme's colour; with modes, that of mode 0.
    modes: (N,) number of each particle's mode from 0, or (N, K) shares in K modes (responsibilities, each row of sum
        1), which mix the modes' colours; None for one colour.
    faint: something under them is to be seen.
    """

    points: Floats
    colour: str = "text"
    modes: NDArray[np.integer] | Floats | None = None
    faint: bool = False
    order: ClassVar[int] = 40
    still: ClassVar[bool] = False

    def __post_init__(self) -> None:
        checked(self.points, "Particles")
        if self.modes is not None and len(self.modes) != len(self.points):
            raise ValueError(f"{len(self.modes)} modes cannot colour {len(self.points)} particles; give one each.")
        if self.modes is not None and self.modes.ndim == 1 and len(self.modes) and self.modes.min() < 0:
            raise ValueError(f"Mode {self.modes.min()} has no colour; count modes from 0.")

    def draw(self, sketch: Sketch) -> None:
        """Draw a dot for every particle."""
        if not len(self.points):
            return
        frame, count = sketch.frame, len(self.points)
        vectors = sketch.painter.paintEngine().type() == QPaintEngine.Type.SVG
        if vectors and count <= ROUND:
            self._draw_round(sketch)
            return
        # from a whole device pixel on, or a screen with one and a half of them would blur every dot
        left, top = int(frame.room.left() * frame.ratio), int(frame.room.top() * frame.ratio)
        size = (int(np.ceil(frame.room.right() * frame.ratio)) - left,
                int(np.ceil(frame.room.bottom() * frame.ratio)) - top)
        pixels = replace(frame, ratio=1.0, origin=(frame.origin[0] * frame.ratio - left,
                                                   frame.origin[1] * frame.ratio - top),
                         scale=(frame.scale[0] * frame.ratio, frame.scale[1] * frame.ratio)).pixels(self.points)
        colours, which = self._colours(sketch.theme)
        image = sketch.dots.image(size, pixels, colours, which, radius(count, frame) * frame.ratio,
                                  self._opacity(frame))
        # laying an empty part of the plate over the rest would cost as much as one with dots
        part = sketch.dots.touched.intersected(QRect(0, 0, *size))
        place = QRectF((left + part.left()) / frame.ratio, (top + part.top()) / frame.ratio,
                       part.width() / frame.ratio, part.height() / frame.ratio)
        if vectors:  # a drawing takes a picture whole, whichever part of it is asked for
            sketch.painter.drawImage(place, image.copy(part))
        else:
            sketch.painter.drawImage(place, image, QRectF(part))

    def _draw_round(self, sketch: Sketch) -> None:
        """Draw each dot as a circle of its own, for a drawing that is magnified or edited."""
        painter, frame = sketch.painter, sketch.frame
        colours, which = self._colours(sketch.theme)
        size, places = radius(len(self.points), frame), frame.pixels(self.points)
        brushes = [to_colour(row, self._opacity(frame)) for row in colours]
        painter.setPen(Qt.PenStyle.NoPen)
        for k in np.flatnonzero(np.isfinite(places).all(axis=1)).tolist():
            painter.setBrush(brushes[0 if which is None else which[k]])
            painter.drawEllipse(QPointF(*places[k].tolist()), size, size)

    def _opacity(self, frame: Frame) -> float:
        """Of a single dot."""
        return opacity(len(self.points), frame) * (FAINT if self.faint else 1.0)

    def _colours(self, theme: Theme) -> tuple[Colours, NDArray[np.intp] | None]:
        """Rows of colour, and which of them each particle has."""
        first = theme.term(self.colour)
        if self.modes is None:
            return rgb(first)[None], None
        if self.modes.ndim == 2:
            return self.modes @ hues(first, self.modes.shape[1]), np.arange(len(self.points))
        which = self.modes.astype(np.intp)
        return hues(first, int(which.max()) + 1), which

    def told(self) -> str:
        """What is shown, in a few words."""
        finite = np.isfinite(self.points)
        gone = 0 if finite.all() else int((~finite.all(axis=1)).sum())
        lost = f", {gone:,} of them without a finite place" if gone else ""
        return f"{len(self.points):,} points{lost}"

    def nearest(self, frame: Frame, place: QPointF, reach: float) -> int:
        """Number of the particle nearest to a place, within `reach` logical pixels; −1 when none is."""
        if not len(self.points):
            return -1
        away = frame.pixels(self.points) - np.array((place.x(), place.y()))
        squared = np.nan_to_num((away**2).sum(axis=1), nan=np.inf)
        found = int(squared.argmin())
        return found if squared[found] <= reach**2 else -1


def radius(count: int, frame: Frame) -> float:
    """Radius of a dot in logical pixels, smaller the more there are and on a small plate."""
    crowd = min(1.0, (FEW / max(count, 1)) ** 0.25)
    room = min(1.0, (min(frame.room.width(), frame.room.height()) / ROOMY) ** 0.5)
    return max(SMALL, LARGE * crowd * room)


def opacity(count: int, frame: Frame) -> float:
    """Opacity of a single dot: less where many lie on a small plate, or a crowd would be one blot."""
    few = min(1.0, (FEW / max(count, 1)) ** 0.5)
    space = frame.room.width() * frame.room.height() / max(count, 1)
    return (DENSE + (CLEAR - DENSE) * few) * min(1.0, max(LEAST, (space / SPACE) ** 0.5))
