"""Painting a chart: title, legend, axes, lines and remark, on the screen, in a picture and in a drawing alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from widgets.charts.curve_axes import HIGH, draw_grid, draw_numbers, wide
from widgets.charts.data import ChartLine, ChartSheet, LineKind, scales
from widgets.charts.rooms import BUTTON, LEFT, SWATCH, Edges, rooms
from widgets.drawing.curve_scale import outline
from widgets.drawing.fonts import words
from widgets.drawing.hues import hues, rgb, to_colour
from widgets.drawing.numerals import brief
from widgets.drawing.theme import Theme

BESIDE = SWATCH + 14  # px of the legend around a name
TICK_ROOM = 64  # px for each label of x
MARKED = 40  # points up to which each has a marker
TOKENS = ("prior", "likelihood", "guidance", "good", "warn")
OWN = LineKind.MEASURED, LineKind.CLOUD  # have colours of their own
# where right and wrong are told apart; the second of a kind has another colour than the first
JUDGED = {LineKind.MEASURED: ("good", "accent"), LineKind.WRONG: ("warn", "likelihood")}
# what is known is a pale band with dashes along it: where the measured line covers these, the band is still seen
BAND, PALE = 6.5, 0.3
ALONG = (5.0, 5.0)  # of a line that lies on an earlier one: through its gaps that is seen
DASHES = {LineKind.EXACT: (5.0, 3.0), LineKind.FIT: (7.0, 3.0, 1.5, 3.0), LineKind.BOUND: (1.5, 2.5)}


def colours(sheet: ChartSheet, theme: Theme) -> dict[str, QColor]:
    """The colour of every line by name: one for each that is measured, shared by what stands beside it."""
    if any(line.kind is LineKind.WRONG for line in sheet.lines):
        return _judged(sheet, theme)
    own = [line for line in sheet.lines if not line.beside and line.kind in OWN]
    lone = [line for line in sheet.lines if not line.beside and line.kind not in OWN]
    # where nothing is measured, the exact lines are the matter itself
    own, lone = (own, lone) if own else (lone, [])
    found = {line.name: QColor(theme.term(TOKENS[k])) for k, line in enumerate(own[:len(TOKENS)])}
    more = hues(theme.accent, len(own) + 1)
    found |= {line.name: to_colour(more[k]) for k, line in enumerate(own) if k >= len(TOKENS)}
    found |= {line.name: QColor(theme.text2) for line in lone}
    return found | {line.name: found.get(line.beside, QColor(theme.text2)) for line in sheet.lines if line.beside}


def _judged(sheet: ChartSheet, theme: Theme) -> dict[str, QColor]:
    """What is right in the colours of success, what is wrong in those of a warning, and the truth in none."""
    found, seen = dict[str, QColor](), dict[LineKind, int]()
    for line in sheet.lines:
        tokens = JUDGED.get(line.kind, ("text2",))
        found[line.name] = QColor(theme.term(tokens[seen.get(line.kind, 0) % len(tokens)]))
        seen[line.kind] = seen.get(line.kind, 0) + 1
    return found


def doubled(lines: Sequence[ChartLine]) -> frozenset[str]:
    """The names of lines that lie on an earlier one, value by value."""
    return frozenset(line.name for k, line in enumerate(lines) if len(line.x) and any(
        np.array_equal(line.x, one.x) and np.allclose(line.y, one.y, rtol=1e-3, atol=0.0, equal_nan=True)
        for one in lines[:k]))


class ChartPainter:
    """Draws one chart into a size, in the colours of a theme.

    Args:
        sheet: what is drawn.
        theme: whose colours.
        size: of the whole, in px.
        hidden: names of lines that are left out, their names in the legend being weaker.
        edges: between which the plot is, where charts beside it have other words.
    """

    def __init__(self, sheet: ChartSheet, theme: Theme, size: QSizeF, hidden: Collection[str] = (),
                 edges: Edges | None = None) -> None:
        self.sheet, self.theme, self.size, self.hidden = sheet, theme, size, frozenset(hidden)
        self.lines = sheet.shown(self.hidden)
        self.x_scale, self.y_scale = scales(sheet, self.lines)
        self.rooms = rooms(sheet, size, max(LEFT, wide(brief(self.y_scale.ticks(4)))), edges)
        self.colours = colours(sheet, theme)
        self._along = doubled(self.lines)

    def draw(self, painter: QPainter) -> None:
        """Everything but what follows the pointer."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(QPointF(0, 0), self.size), QColor(self.theme.bg1))
        self._words(painter)
        for line, box in zip(self.sheet.lines, self.rooms.legend, strict=True):
            self._legend(painter, line, box)
        self.matter(painter)

    def ground(self, painter: QPainter) -> None:
        """What is under the axes."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.bg0))
        painter.drawRoundedRect(self.rooms.plot, 3, 3)

    def matter(self, painter: QPainter) -> None:
        """What stands between legend and remark: axes and lines here."""
        plot = self.rooms.plot
        self.ground(painter)
        self.axes(painter)
        painter.save()
        painter.setClipRect(plot)
        # bands lie under all lines: no one hides the dashes of another
        for line in self.lines:
            if self._widened(line):
                self._spread(painter, line)
            elif self._banded(line):
                self._band(painter, line, self.points(_thinned(line, int(plot.width()))))
        # what is known lies under what is measured, so that both are seen where they agree
        for line in sorted(self.lines, key=lambda line: line.kind.ran):
            self._line(painter, line)
        painter.restore()

    def place(self, x: float, y: float) -> QPointF:
        """Where a value is: px; NaN for one that the scales have no place for."""
        plot = self.rooms.plot
        across = float(self.x_scale.share(np.array(x)))
        up = float(self.y_scale.share(np.array(y)))
        return QPointF(plot.left() + across * plot.width(), plot.bottom() - up * plot.height())

    def points(self, line: ChartLine) -> list[QPointF]:
        """Where the values of a line are, without those that have no place."""
        found = [self.place(float(x), float(y)) for x, y in zip(line.x, line.y, strict=True)]
        return [point for point in found if np.isfinite(point.x()) and np.isfinite(point.y())]

    def _words(self, painter: QPainter) -> None:
        """Title, what is said of all of it, and remark."""
        r, left = self.rooms, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(words(14, bold=True))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(r.title.adjusted(0, 0, -BUTTON, 0), left | Qt.TextFlag.TextWordWrap, self.sheet.title)
        painter.setFont(words(11))
        painter.setPen(QColor(self.theme.text2))
        painter.drawText(r.subtitle, left, painter.fontMetrics().elidedText(
            self.sheet.subtitle, Qt.TextElideMode.ElideRight, int(r.subtitle.width())))
        painter.setFont(words(12))
        if r.remark.height() > 0:
            painter.drawText(r.remark, int(Qt.TextFlag.TextWordWrap), self.sheet.remark)

    def tip(self, place: QPointF) -> str:
        """What is meant by what stands at a place, "" where nothing needs words; a remark without room is the title's.
        """
        return self.sheet.remark if self.rooms.remark.height() <= 0 and self.rooms.title.contains(place) else ""

    def cut(self, number: int) -> str:
        """The name of a line where the legend has no room for all of it, else ""."""
        name, room = self.sheet.lines[number].name, self.rooms.legend[number].width() - BESIDE
        return name if QFontMetricsF(words(12)).horizontalAdvance(name) > room + 1 else ""

    def _legend(self, painter: QPainter, line: ChartLine, box: QRectF) -> None:
        """A piece of the line and its name."""
        gone = line.name in self.hidden
        middle = box.center().y()
        painter.setOpacity(0.35 if gone else 1.0)
        swatch = [QPointF(box.left(), middle), QPointF(box.left() + SWATCH, middle)]
        if self._banded(line):
            self._band(painter, line, swatch)
        if line.kind is not LineKind.CLOUD:
            self._stroke(painter, line, swatch)
        if line.kind.ran:
            self._marker(painter, line, QPointF(box.left() + SWATCH / 2, middle))
        painter.setOpacity(1.0)
        painter.setFont(words(12))
        painter.setPen(QColor(self.theme.faint if gone else self.theme.text))
        name = box.adjusted(BESIDE - 8, 0, -8, 0)
        text = QFontMetricsF(painter.font()).elidedText(line.name, Qt.TextElideMode.ElideRight, name.width() + 1)
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def axes(self, painter: QPainter) -> None:
        """Hairlines and numbers of both axes, and their names."""
        plot, theme = self.rooms.plot, self.theme
        ticks = draw_grid(painter, plot, self.y_scale, theme)
        draw_numbers(painter, plot, self.y_scale, list(zip(ticks, brief(ticks), strict=True)), theme)
        across = self.x_scale.ticks(max(2, int(plot.width() // TICK_ROOM)))
        for value, text in zip(across, brief(across), strict=True):
            x = plot.left() + float(self.x_scale.share(np.array(value))) * plot.width()
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setFont(words(10))
            painter.setPen(QColor(theme.text2))
            painter.drawText(QRectF(x - 40, plot.bottom() + 2, 80, HIGH - 2), Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(words(11))
        painter.setPen(QColor(theme.text2))
        painter.drawText(self.rooms.y_title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                         self.sheet.y.title + (", log" if self.y_scale.log else ""))
        painter.drawText(QRectF(plot.left(), plot.bottom() + HIGH, plot.width(), HIGH), Qt.AlignmentFlag.AlignCenter,
                         self.sheet.x.title + (", log" if self.x_scale.log else ""))

    def _line(self, painter: QPainter, line: ChartLine) -> None:
        points = self.points(_thinned(line, int(self.rooms.plot.width())))
        if not self._widened(line):
            self._bars(painter, line)
        self._stroke(painter, line, points)
        if line.kind.ran and len(line.x) <= MARKED:
            for point in points:
                self._marker(painter, line, point)

    def _stroke(self, painter: QPainter, line: ChartLine, points: Sequence[QPointF]) -> None:
        pen = QPen(self.colours[line.name], 1.8 if line.kind.ran else 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if line.kind is LineKind.BOUND else Qt.PenCapStyle.FlatCap)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._dashed(line):
            pen.setDashPattern(DASHES[line.kind])
        elif line.name in self._along:
            pen.setDashPattern(ALONG)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(list(points)))

    def _dashed(self, line: ChartLine) -> bool:
        """Whether it is dashed; where nothing is measured, the exact lines are the matter itself."""
        return line.kind in DASHES and any(one.kind.ran for one in self.sheet.lines)

    def _banded(self, line: ChartLine) -> bool:
        return line.kind is not LineKind.BOUND and self._dashed(line)

    def _widened(self, line: ChartLine) -> bool:
        """Whether its band is as wide as its errors: bars beside a narrower one would contradict it."""
        return self._banded(line) and len(line.x) > 1 and bool((line.error > 0).any())

    def _spread(self, painter: QPainter, line: ChartLine) -> None:
        """One standard error to either side of a line that is known, as a pale band."""
        upper = [self.place(float(x), float(y)) for x, y in zip(line.x, line.y + line.error, strict=True)]
        lower = [self.place(float(x), float(y)) for x, y in zip(line.x, line.y - line.error, strict=True)]
        foot = self.rooms.plot.bottom()  # of what is below 0 on a logarithmic axis
        ends = [point if np.isfinite(point.y()) else QPointF(point.x(), foot) for point in (*upper, *reversed(lower))]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._pale(line))
        painter.drawPolygon(QPolygonF([point for point in ends if np.isfinite(point.x())]))

    def _pale(self, line: ChartLine) -> QColor:
        """Its colour mixed with the ground, as not every program sees through a pen."""
        share, ground = (rgb(colour) for colour in (self.colours[line.name].name(), self.theme.bg0))
        return to_colour(ground + PALE * (share - ground))

    def _band(self, painter: QPainter, line: ChartLine, points: Sequence[QPointF]) -> None:
        """A wide pale line under one that is known."""
        pen = QPen(self._pale(line), BAND, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(list(points)))

    def _bars(self, painter: QPainter, line: ChartLine) -> None:
        """One standard error up and down."""
        painter.setPen(QPen(self.colours[line.name], 1.2))
        for x, y, error in zip(line.x, line.y, line.error, strict=False):
            if not error > 0:
                continue
            top, bottom = self.place(float(x), float(y + error)), self.place(float(x), float(y - error))
            if not np.isfinite(bottom.y()):  # below 0 on a logarithmic axis: down to its foot
                bottom = QPointF(top.x(), self.rooms.plot.bottom())
            if not np.isfinite(top.y()) or not np.isfinite(top.x()):
                continue
            painter.drawLine(top, bottom)
            for end in (top, bottom):
                painter.drawLine(end - QPointF(3, 0), end + QPointF(3, 0))

    def _marker(self, painter: QPainter, line: ChartLine, at: QPointF) -> None:
        """A shape of the line's own, for those who do not see its colour."""
        draw_marker(painter, self._number(line), at, self.colours[line.name], QColor(self.theme.bg0))

    def _number(self, line: ChartLine) -> int:
        measured = [one.name for one in self.sheet.lines if one.kind.ran]
        return measured.index(line.name) if line.name in measured else 0


def draw_marker(painter: QPainter, number: int, at: QPointF, colour: QColor, ground: QColor, size: float = 3.4) -> None:
    """The marker of a line by its number: disc, square, triangle, diamond, and the same again hollow."""
    hollow = number // 4 % 2 == 1
    painter.setPen(QPen(colour, 1.4))
    painter.setBrush(ground if hollow else colour)
    shape = number % 4
    if shape == 0:
        painter.drawEllipse(at, size, size)
        return
    corners = {1: [(-1, -1), (1, -1), (1, 1), (-1, 1)], 2: [(0, -1.2), (1.1, 0.9), (-1.1, 0.9)],
               3: [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]}[shape]
    painter.drawPolygon(QPolygonF([at + QPointF(x, y) * size * 0.95 for x, y in corners]))


def _thinned(line: ChartLine, most: int) -> ChartLine:
    """A line of thousands of values by as many as there are pixels."""
    if len(line.y) <= most:
        return line
    kept = outline(line.y, most)
    return ChartLine(line.name, line.x[kept], line.y[kept], np.zeros(0), line.kind, line.beside)
