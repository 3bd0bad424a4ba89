"""Where the terms of a typeset formula stand, found by their colours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

NEAR = 24  # of 255, by which a colour may differ: the rims of letters are rounded
SEEN = 96  # of 255, opacity from which a pixel counts
GAP = 12  # px within a term: between its signs, and not between two terms of one colour


def term_places(drawing: QSvgRenderer, colours: Mapping[str, str]) -> dict[str, list[tuple[float, float]]]:
    """From where to where each term reaches, left to right, in px of the drawing at its own size.

    Args:
        colours: of the terms, by name, as "#rrggbb".
    """
    pixels = _pixels(drawing)
    return {name: _runs(_columns(pixels, QColor(colour))) for name, colour in colours.items()}


def _pixels(drawing: QSvgRenderer) -> np.ndarray:
    """The drawing as (H, W, 4) blue, green, red and opacity, not multiplied by it."""
    image = QImage(drawing.defaultSize(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        drawing.render(painter, QRectF(image.rect()))
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, :image.width()].copy()


def _columns(pixels: np.ndarray, colour: QColor) -> np.ndarray:
    """The columns in which there is something of a colour, ascending."""
    wanted = np.array([colour.blue(), colour.green(), colour.red()])
    alike = np.abs(pixels[..., :3].astype(int) - wanted).max(-1) <= NEAR
    return np.flatnonzero((alike & (pixels[..., 3] >= SEEN)).any(0))


def _runs(columns: np.ndarray) -> list[tuple[float, float]]:
    """Columns that lie together."""
    if not len(columns):
        return []
    groups = np.split(columns, np.flatnonzero(np.diff(columns) > GAP) + 1)
    return [(float(group[0]), float(group[-1] + 1)) for group in groups]
