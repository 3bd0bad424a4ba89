"""The size of a term in its row: as a bar, or as a small plot over the steps with the present one marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.drawing.numerals import aligned, decimals
from widgets.drawing.painted import tinted
from widgets.drawing.strokes import polygon
from widgets.drawing.theme import Theme

DOT = 2.5  # px, radius
FLAT, DECADES = 30, 4  # how far the largest size is above the median where the scale is logarithmic, and its length



def size_text(value: float, top: float, places: int | None) -> str:
    """A size as a row shows it, a dash for NaN; places: decimals, None for as many as suit the largest size `top`."""
    return aligned(value, decimals(top) if places is None else places)


def draw_bar(painter: QPainter, track: QRectF, share: float | None, colour: str, theme: Theme) -> None:
    """A bar of a share in [0, 1] of its track; None for a term without a size."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.bg3))
    painter.drawRoundedRect(track, 2.5, 2.5)
    if share is not None:
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * share, track.height()), 2.5, 2.5)


def shares_of(courses: Mapping[str, np.ndarray], top: float) -> dict[str, np.ndarray]:
    """How high sizes (N,) stand in their plots, in [0, 1]: all on one scale, logarithmic where they span decades."""
    sizes = {name: np.abs(course) for name, course in courses.items()}
    seen = np.concatenate([size[np.isfinite(size) & (size > 0)] for size in sizes.values()] or [np.zeros(0)])
    if not len(seen) or np.median(seen) * FLAT >= top:
        return {name: np.minimum(size / top, 1.0) for name, size in sizes.items()}
    low = max(float(seen.min()), top / 10**DECADES)
    return {name: np.log(np.clip(size, low, top) / low) / np.log(top / low) for name, size in sizes.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """Sizes (N,) of terms over the steps of a run, and how high they stand on a scale that ends at `top`.

    Equal to itself alone, so that a sheet knows whether it has drawn this one.
    """

    sizes: Mapping[str, np.ndarray]
    top: float = 1.0
    shares: Mapping[str, np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        """Find the heights once: every step of a scrub asks for them."""
        object.__setattr__(self, "shares", shares_of(self.sizes, self.top))

    def of(self, sizes: Mapping[str, np.ndarray], top: float) -> Courses:
        """Those of some sizes up to `top`: itself where they are the very arrays that it has."""
        same = top == self.top and sizes.keys() == self.sizes.keys()
        return self if same and all(sizes[name] is own for name, own in self.sizes.items()) else Courses(sizes, top)

    def shown(self, name: str) -> np.ndarray | None:
        """The heights of a term over two steps or more, None where it has none."""
        course = self.shares.get(name)
        return course if course is not None and len(course) > 1 else None


def draw_course(painter: QPainter, track: QRectF, shares: np.ndarray, colour: str, theme: Theme) -> None:
    """Shares (N,) in [0, 1], NaN where there is none, over the steps, in the row of a term."""
    box = _plot(track)
    painter.setPen(QPen(QColor(theme.bg3), 1))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    kept = np.unique(np.linspace(0, len(shares) - 1, min(len(shares), max(2, int(box.width())))).round().astype(int))
    kept = kept[np.isfinite(shares[kept])]
    if len(kept) > 1:
        across = box.left() + kept / max(len(shares) - 1, 1) * box.width()
        points = np.stack([across, box.bottom() - shares[kept] * box.height()], axis=1)
        ends = np.array(((across[-1], box.bottom()), (across[0], box.bottom())))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tinted(colour, 0.22))
        painter.drawPolygon(polygon(np.concatenate([points, ends])))
        painter.setPen(QPen(QColor(colour), 1.3))
        painter.drawPolyline(polygon(points))


def draw_present(painter: QPainter, track: QRectF, shares: np.ndarray, at: int, colour: str, theme: Theme) -> None:
    """Over the course of shares (N,) in the same row: a line and a dot that mark step `at`, where there is one."""
    box = _plot(track)
    if 0 <= at < len(shares) and np.isfinite(shares[at]):
        here = _point(box, shares, at)
        painter.setPen(QPen(QColor(theme.text2), 1))
        painter.drawLine(QPointF(here.x(), box.top()), QPointF(here.x(), box.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(here, DOT, DOT)


def _plot(track: QRectF) -> QRectF:
    """Where a course is in the row of its term, with room for half a dot."""
    return track.adjusted(0, 3, -4, -3)


def _point(box: QRectF, shares: np.ndarray, step: int) -> QPointF:
    across = step / max(len(shares) - 1, 1)
    return QPointF(box.left() + across * box.width(), box.bottom() - float(shares[step]) * box.height())
