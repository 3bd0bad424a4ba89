"""Layers of a field as a small picture, for the film strip."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from widgets.drawing.plane import Box, Plane
from widgets.drawing.theme import Theme
from widgets.fields.dots import Dots
from widgets.fields.layer import Layer, Sketch

SIDE, LARGE = 88, 2  # px of a tile, and how much larger it is drawn than shown, so that its lines are fine


def layer_tile(layers: Iterable[Layer], box: Box, theme: Theme, *, line: bool = False) -> QImage:
    """Layers within a box of the data, from the lowest up, as a square picture."""
    side = SIDE * LARGE
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.bg1))
    plane = Plane(None, line=line)
    plane.set_extent(box)
    with QPainter(image) as painter:
        sketch = Sketch(painter, plane.frame(QRectF(0, 0, side, side), 1.0), theme, Dots())
        for layer in sorted(layers, key=lambda layer: layer.order):
            layer.draw(sketch)
    return image.scaled(SIDE, SIDE, mode=Qt.TransformationMode.SmoothTransformation)
