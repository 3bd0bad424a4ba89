"""Thousands of lines handed to Qt at once: its own binary form of a path, which numpy writes without a loop.

A Python object for every corner takes several times as long as drawing the lines does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath, QPolygonF

from widgets.drawing.plane import Floats

MOVE, LINE = 0, 1  # what Qt calls the beginning of a line, and a corner on it
ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
END = bytes(8)  # where a shape would begin, and how it would be filled


def segments(ends: Floats) -> QPainterPath:
    """Lines between pairs of points (S, 2, 2); those that are not finite are left out."""
    flat = ends.reshape(-1, 4)
    points = flat[np.isfinite(flat).all(axis=1)].reshape(-1, 2)
    first = np.zeros(len(points), bool)
    first[::2] = True
    return joined(points, first)


def joined(points: Floats, first: NDArray[np.bool_]) -> QPainterPath:
    """Lines through points (N, 2), all finite; `first` (N,) where a new one begins, as the first of them does."""
    path = QPainterPath()
    if not len(points):
        return path
    elements = np.empty(len(points), ELEMENT)
    elements["kind"] = np.where(first, MOVE, LINE)
    elements["x"], elements["y"] = points.T
    stream = QDataStream(QByteArray(len(points).to_bytes(4, "big") + elements.tobytes() + END))
    stream >> path  # pyright: ignore
    return path


def polygon(pixels: Floats) -> QPolygonF:
    """Points (N, 2) as Qt draws them."""
    made = QPolygonF()
    if len(pixels):
        stream = QDataStream(QByteArray(len(pixels).to_bytes(4, "big") + pixels.astype(">f8").tobytes()))
        stream >> made  # pyright: ignore
    return made


def chained(lines: Sequence[Floats]) -> tuple[Floats, NDArray[np.bool_]]:
    """The points (N, 2) of several lines one behind the other, and where each begins (N,), as `joined` takes them."""
    if not lines:
        return np.zeros((0, 2)), np.zeros(0, bool)
    first = np.zeros(sum(len(line) for line in lines), bool)
    first[np.cumsum([0, *(len(line) for line in lines[:-1])])] = True
    return np.concatenate(lines), first
