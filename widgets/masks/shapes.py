"""Rasters of what a tool covers: strokes, rectangles, outlines and flooded regions.

Every function gives a `Patch`: a box in pixels and, for the pixels in it, how much of
each is covered (uint8, 255 = wholly). Pixel (x, y) has its middle at (x + 0.5, y + 0.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def empty(self) -> bool:
        """Whether no pixel lies inside."""
        return self.right <= self.left or self.bottom <= self.top

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return max(self.bottom - self.top, 0), max(self.right - self.left, 0)

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an array (H, W[, …])."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def united(self, other: Box) -> Box:
        """The smallest box around both; an empty one adds nothing."""
        if self.empty or other.empty:
            return other if self.empty else self
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def rect(self) -> QRectF:
        """The box as a rectangle in picture coordinates."""
        return QRectF(self.left, self.top, self.right - self.left, self.bottom - self.top)


NOTHING = Box(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Patch:
    """Coverage (uint8, 0…255) of the pixels of a box."""

    box: Box
    cover: Bytes


def clipped(shape: tuple[int, int], left: float, top: float, right: float, bottom: float) -> Box:
    """The pixels a rectangle touches, kept inside a picture of `shape` (height, width)."""
    height, width = shape
    return Box(
        min(max(int(np.floor(left)), 0), width),
        min(max(int(np.floor(top)), 0), height),
        max(min(int(np.ceil(right)), width), 0),
        max(min(int(np.ceil(bottom)), height), 0),
    )


def segment(shape: tuple[int, int], start: QPointF, end: QPointF, size: float, soft: float) -> Patch:
    """A straight piece of a brush stroke: all pixels within half of `size` of the line from start to end.

    `soft` is the width in pixels over which the cover fades to nothing at the rim; 0 gives a
    mask of whole pixels. A one-pixel brush always covers the pixel under it.
    """
    # half the diagonal of a pixel: from anywhere within it its middle is in reach
    radius = max(size / 2, 0.71)
    left, right = sorted((start.x(), end.x()))
    top, bottom = sorted((start.y(), end.y()))
    box = clipped(shape, left - radius - 1, top - radius - 1, right + radius + 1, bottom + radius + 1)
    inside = radius - _distance(box, start, end)
    fade = inside / soft if soft > 0 else (inside >= 0).astype(np.float32)
    return Patch(box, (np.clip(fade, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8))


def _distance(box: Box, start: QPointF, end: QPointF) -> NDArray[np.float32]:
    """Distance of every pixel middle of a box from a line segment."""
    x = np.arange(box.left, box.left + box.shape[1], dtype=np.float32)[None, :] + np.float32(0.5 - start.x())
    y = np.arange(box.top, box.top + box.shape[0], dtype=np.float32)[:, None] + np.float32(0.5 - start.y())
    dx, dy = np.float32(end.x() - start.x()), np.float32(end.y() - start.y())
    length = dx * dx + dy * dy
    if length == 0:
        return np.sqrt(x * x + y * y)
    # the nearest point of the segment, as a share of its length; clipped to its ends, which makes them round
    along = np.clip((x * dx + y * dy) / length, 0.0, 1.0)
    return np.hypot(x - along * dx, y - along * dy)


def rectangle(shape: tuple[int, int], start: QPointF, end: QPointF, soft: float) -> Patch:
    """An upright rectangle between two corners, its edge faded over `soft` pixels."""
    left, right = sorted((round(start.x()), round(end.x())))
    top, bottom = sorted((round(start.y()), round(end.y())))
    corners = [QPointF(left, top), QPointF(right, top), QPointF(right, bottom), QPointF(left, bottom)]
    return outline(shape, corners, soft)


def outline(shape: tuple[int, int], corners: list[QPointF], soft: float) -> Patch:
    """The inside of a closed outline, its edge faded over `soft` pixels."""
    bounds = QPolygonF(corners).boundingRect().adjusted(-soft, -soft, soft, soft)
    box = clipped(shape, bounds.left(), bounds.top(), bounds.right(), bounds.bottom())
    if box.empty or len(corners) < 3:
        return Patch(NOTHING, np.zeros((0, 0), np.uint8))
    height, width = box.shape
    canvas = QImage(width, height, QImage.Format.Format_Grayscale8)
    canvas.fill(Qt.GlobalColor.black)
    with QPainter(canvas) as painter:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.translate(-box.left, -box.top)
        painter.drawPolygon(QPolygonF(corners))
    rows = np.frombuffer(canvas.constBits(), np.uint8).reshape(height, canvas.bytesPerLine())
    return Patch(box, feathered(rows[:, :width].copy(), soft))


def feathered(cover: Bytes, soft: float) -> Bytes:
    """Fade an edge by three passes of a box average, which together are nearly a Gaussian."""
    # three passes of this reach spread over `soft` pixels to either side
    reach = round(soft / 3)
    if reach < 1:
        return cover
    values = cover.astype(np.float32)
    for _ in range(3):
        values = _averaged(_averaged(values, reach).T, reach).T
    return (values + 0.5).astype(np.uint8)


def _averaged(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Average each row over 2·reach + 1 neighbours; beyond the border lies the border's own value."""
    # running sums: the cost does not depend on the width; float64, or long rows would lose grey levels
    padded = np.pad(values, ((0, 0), (reach + 1, reach)), mode="edge").cumsum(axis=1, dtype=np.float64)
    width = 2 * reach + 1
    return ((padded[:, width:] - padded[:, :-width]) / width).astype(np.float32)


def flooded(allowed: NDArray[np.bool_], at: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels of `allowed` (H, W) joined to pixel `at` (row, column) through sides.

    Works on the runs of each row instead of single pixels: a graph of runs that overlap
    in neighbouring rows is searched in breadth, one array operation per level.
    """
    height, width = allowed.shape
    reached = np.zeros_like(allowed)
    if not allowed[at]:
        return reached
    # A blank column on the right keeps runs of neighbouring rows apart in flat numbering.
    stride = width + 1
    flat = np.pad(allowed, ((0, 0), (0, 1))).ravel().view(np.int8)
    steps = np.diff(flat, prepend=0)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    known = np.zeros(len(starts), np.bool_)
    # the run that holds the starting pixel
    front = np.array([np.searchsorted(starts, at[0] * stride + at[1], "right") - 1])
    known[front] = True
    while len(front):
        near = np.concatenate([_overlapping(starts, ends, front, shift) for shift in (-stride, stride)])
        front = np.unique(near[~known[near]])
        known[front] = True
    # +1 where a run begins and −1 behind it: the running sum is 1 inside the runs that were reached
    marks = np.zeros(height * stride + 1, np.int8)
    marks[starts[known]] += 1
    marks[ends[known]] -= 1
    filled = marks[:-1].cumsum(dtype=np.int8).reshape(height, stride)[:, :width]
    return filled.astype(np.bool_)


def _overlapping(
    starts: NDArray[np.int64], ends: NDArray[np.int64], runs: NDArray[np.int64], shift: int
) -> NDArray[np.int64]:
    """Numbers of all runs that overlap the given ones after a shift of one row."""
    low = np.searchsorted(ends, starts[runs] + shift, "right")
    high = np.searchsorted(starts, ends[runs] + shift, "left")
    counts = np.maximum(high - low, 0)
    # the ranges low … high−1 of all runs in one array, without a loop over runs
    before = np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(low, counts) + np.arange(counts.sum()) - before
