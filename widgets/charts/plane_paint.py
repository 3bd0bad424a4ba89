"""Painting a chart of the plane: a density in shades, outlines of what is exact, and clouds of points over both."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from widgets.charts.data import ChartLine, ChartShade, ChartSheet, LineKind
from widgets.charts.paint import ChartPainter
from widgets.charts.rooms import ROW, Edges
from widgets.drawing.curve_scale import Scale
from widgets.drawing.hues import rgb
from widgets.drawing.pixmaps import to_qimage
from widgets.drawing.theme import Theme

BESIDE, NAMES = 16, 120  # px: from a plot to names at its right, and of these at least
DOT = 1.7  # px, radius of a point
DENSEST = 0.6  # of the way from the ground to the words' colour, so that points read on it
MOMENTS = {LineKind.FIT: "likelihood", LineKind.EXACT: "good"}  # of the cloud, and what they should be
FLAT = 0.5  # power by which shades are drawn: tails are seen too


class PlanePainter(ChartPainter):
    """A chart whose sheet has a shade: both axes have one unit, and the plot the shape of its rectangle."""

    def __init__(self, sheet: ChartSheet, shade: ChartShade, theme: Theme, size: QSizeF, hidden: Collection[str] = (),
                 edges: Edges | None = None) -> None:
        super().__init__(sheet, theme, size, hidden, edges)
        self._shade = shade
        self.colours |= {line.name: QColor(theme.term(MOMENTS[line.kind])) for line in sheet.lines
                         if line.kind in MOMENTS}
        self.x_scale, self.y_scale = (Scale(low, high, False) for low, high in (shade.x, shade.y))
        self.rooms = replace(self.rooms, plot=_shaped(self.rooms.plot, np.ptp(shade.x) / np.ptp(shade.y)))
        self._beside(float(np.ptp(shade.x) / np.ptp(shade.y)))

    def _beside(self, ratio: float) -> None:
        """Names at the right of a plot that leaves room there, which then is as high as it can be."""
        r = self.rooms
        top = r.subtitle.bottom() + 6
        y_title = QRectF(r.y_title.left(), top, r.y_title.width(), r.y_title.height())
        high = r.plot.bottom() - y_title.bottom() - 4
        plot = _shaped(QRectF(r.plot.left(), y_title.bottom() + 4, r.title.right() - r.plot.left(), high), ratio)
        room = r.title.right() - plot.right() - BESIDE
        if room < NAMES or plot.height() <= r.plot.height():
            return
        left, step = plot.right() + BESIDE, min(ROW, plot.height() / max(1, len(r.legend)))
        legend = tuple(QRectF(left, plot.top() + k * step, room, step) for k in range(len(r.legend)))
        self.rooms = replace(r, plot=plot, y_title=y_title, legend=legend)

    def matter(self, painter: QPainter) -> None:
        """Shade, axes, outlines and clouds."""
        plot = self.rooms.plot
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(plot, to_qimage(_shades(self._shade.values, self.theme)))
        self.axes(painter)
        painter.save()
        painter.setClipRect(plot)
        for line in sorted(self.lines, key=lambda line: line.kind.ran, reverse=True):
            (self._cloud if line.kind is LineKind.CLOUD else self._outline)(painter, line)
        painter.restore()

    def _banded(self, line: ChartLine) -> bool:
        """Never: an outline has no band."""
        del line
        return False

    def _cloud(self, painter: QPainter, line: ChartLine) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colours[line.name])
        for point in self.points(line):
            painter.drawEllipse(point, DOT, DOT)

    def _outline(self, painter: QPainter, line: ChartLine) -> None:
        """Its parts, which values that are no numbers stand between."""
        painter.setPen(self._pen(line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        breaks = np.flatnonzero(~np.isfinite(line.x))
        for x, y in zip(np.split(line.x, breaks), np.split(line.y, breaks), strict=True):
            corners = [self.place(float(a), float(b)) for a, b in zip(x, y, strict=True) if np.isfinite(a)]
            painter.drawPolyline(QPolygonF(corners))

    def _pen(self, line: ChartLine) -> QPen:
        """Thin for what is known of all parts; moments are as they are in the legend, and read on what they lie on."""
        if line.kind is LineKind.OUTLINE:
            return QPen(QColor(self.theme.text), 1.2)
        pen = QPen(self.colours[line.name], 2.2)
        if line.kind is LineKind.EXACT:
            pen.setDashPattern([4.0, 2.5])
        return pen


def _shaped(room: QRectF, ratio: float) -> QRectF:
    """The largest rectangle of a shape, width over height, at the left of a room in its middle."""
    wide = min(room.width(), room.height() * ratio)
    return QRectF(QPointF(room.left(), room.top()), QSizeF(wide, wide / ratio))


def _shades(values: np.ndarray, theme: Theme) -> np.ndarray:
    """Colours (height, width, 3) uint8 of a density, its highest row first."""
    share = DENSEST * (values[::-1] / max(float(values.max()), 1e-300)) ** FLAT
    ground, ink = rgb(theme.bg0), rgb(theme.text2)
    return np.round(255 * (ground + share[..., None] * (ink - ground))).astype(np.uint8)
