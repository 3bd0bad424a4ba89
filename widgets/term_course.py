"""The size of a term in its row: as a bar, or as a small plot over the steps with the present one marked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.painted import tinted
from widgets.strokes import polygon
from widgets.theme import Theme

DOT = 2.5  # px, radius
FLAT, DECADES = 30, 4  # how far the largest size is above the median where the scale is logarithmic, and its length


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


def draw_course(painter: QPainter, box: QRectF, shares: np.ndarray, at: int, colour: str, theme: Theme) -> None:
    """Shares (N,) in [0, 1], NaN where there is none, over the steps; a dot and a line mark step `at`."""
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
    if 0 <= at < len(shares) and np.isfinite(shares[at]):
        here = _point(box, shares, at)
        painter.setPen(QPen(QColor(theme.text2), 1))
        painter.drawLine(QPointF(here.x(), box.top()), QPointF(here.x(), box.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(here, DOT, DOT)


def _point(box: QRectF, shares: np.ndarray, step: int) -> QPointF:
    across = step / max(len(shares) - 1, 1)
    return QPointF(box.left() + across * box.width(), box.bottom() - float(shares[step]) * box.height())
