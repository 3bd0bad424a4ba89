"""What a layer of a field is: data that knows how to draw itself through a frame, in a theme's colours."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from widgets.drawing.fonts import words, words_wide
from widgets.drawing.painted import tinted
from widgets.drawing.plane import Floats, Frame
from widgets.drawing.strokes import segments
from widgets.drawing.theme import Theme
from widgets.fields.dots import Dots

SAMPLE, DASHED = 14.0, 20.0  # px of a line in its scale, and of one with dashes
GLASS = 0.78  # opacity of the plate's colour behind words
Legend = Callable[[QPainter, QPointF, Theme], None]  # draws with its lower left corner at a point


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a layer draws with: the painter, the map to pixels, the theme, and the image of dots that is kept."""

    painter: QPainter
    frame: Frame
    theme: Theme
    dots: Dots


class Layer(ABC):
    """One layer of a field; immutable, so that the field knows by identity what has changed.

    order: layers of a higher order lie over those of a lower one.
    still: it is drawn on a sheet that is kept while nothing on it changes; for what does not move with every step.
    """

    __slots__ = ()
    order: ClassVar[int] = 0
    still: ClassVar[bool] = True

    @abstractmethod
    def draw(self, sketch: Sketch) -> None:
        """Draw the layer; the painter is clipped to the plate."""

    @abstractmethod
    def told(self) -> str:
        """What is shown, in a few words, for those who cannot see it."""

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """The scale to read the layer by: its width in logical pixels and how it is drawn; None when it needs none."""
        return None


def checked(points: Floats, name: str) -> Floats:
    """Points (N, 2) of a layer; raises ValueError for any other shape."""
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"{name} of shape {points.shape} cannot be drawn; give (N, 2).")
    return points


def draw_segments(painter: QPainter, ends: Floats) -> None:
    """Draw lines between pairs of pixels (S, 2, 2) with the painter's pen; those that are not finite are left out."""
    painter.strokePath(segments(ends), painter.pen())


def titled(title: str, room: float) -> str:
    """A title of a scale in so many px: “density of class 3” or “density, blur 2” as “density”, and what is longer
    still cut at its end.
    """
    shorter = (title.partition(part)[0] for part in (", ", " of "))
    found = (text for text in (title, *shorter) if words_wide(text, 11) <= room)
    return next(found, None) or QFontMetricsF(words(11)).elidedText(title, Qt.TextElideMode.ElideRight, room)


def line_legend(title: str, colour: str, *, dashed: bool = False, room: float = math.inf) -> tuple[float, Legend]:
    """A stretch of a line in a theme's colour with what it is of, in `room` px: its width, and how it is drawn."""
    long, pen = (DASHED, (1.4, Qt.PenStyle.DashLine)) if dashed else (SAMPLE, (1.6, Qt.PenStyle.SolidLine))
    title = titled(title, room - long - 6)

    def draw(painter: QPainter, corner: QPointF, theme: Theme) -> None:
        middle = corner + QPointF(0, -4)
        painter.setPen(QPen(QColor(theme.term(colour)), *pen))
        painter.drawLine(middle, middle + QPointF(long, 0))
        painter.setPen(QColor(theme.text2))
        write(painter, words(11), title, corner + QPointF(long + 6, 0))

    return long + 6 + words_wide(title, 11), draw


def plaque(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """A plate in the colour of the ground behind words, so that these read over whatever lies there."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tinted(theme.bg1, GLASS))
    painter.drawRoundedRect(box, 3, 3)


def write(painter: QPainter, font: QFont, text: str, corner: QPointF) -> None:
    """Write words with the start of their base line at a point."""
    painter.setFont(font)
    painter.drawText(corner, text)
