"""Curve plot: a few named curves over the steps, with the step cursor and the values there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from widgets.charts.curve import Curve
from widgets.charts.curve_axes import count, draw_ends, draw_grid, draw_numbers, wide
from widgets.charts.curve_head import BETWEEN, HEAD, LOW, NAMES, beside, draw_head, fit_head
from widgets.charts.plot_mark import draw_mark
from widgets.drawing.afterwards import afterwards
from widgets.drawing.curve_scale import Scale, fit, outline
from widgets.drawing.fonts import words
from widgets.drawing.numerals import aligned, brief, decimals, tick_texts
from widgets.drawing.painted import Painted

AXIS_LEFT, AXIS_BELOW = 40, 16  # px for the labels of y, more where they need it, and of x
NUMBERS = 30  # px for the labels of y in a small plot, as many at least
LOG = ", log"  # said with the title: decades look like even steps otherwise


class CurvePlot(Painted):
    """Title with units at the left, values at the cursor at the right, hairline grid, no frame.

    Args:
        title: what is plotted, with its unit.
        axes: label both axes, for plots that are read by themselves; else the y axis alone, briefly.
        x_title: name of the x axis when axes are shown.
        legend: name the curves beside the title.

    Signals:
        picked(x): the user clicked or dragged to an x.
    """

    picked = Signal(float)

    def __init__(self, title: str, *, axes: bool = False, x_title: str = "", legend: bool = False) -> None:
        super().__init__(title)
        self._title, self._axes, self._x_title, self._legend = title, axes, x_title, legend
        self._curves: tuple[Curve, ...] = ()
        self._scale, self._span, self._largest = Scale(0, 1, False), (0.0, 1.0), 0.0
        self._cursor: float | None = None
        self._mark: float | None = None
        self._mark_words, self._log_x = "", False
        self._hover: float | None = None
        self._cache: tuple[tuple[object, ...], QImage] | None = None
        self._column: tuple[CurvePlot, ...] = ()
        self._left: tuple[int, float] | None = None  # the height it was found for, and the pixels
        self.setMouseTracking(True)
        self.setMinimumSize(120, 56)

    @property
    def readout(self) -> str:
        """The values shown at the right: at the pointer, else at the cursor, else the newest."""
        return BETWEEN.join(text for text, _ in self._values())

    def nearest(self, x: float) -> float:
        """The x of the value that is nearest on the screen, of any curve; x itself where there is none."""
        if not self._curves:
            return x
        xs, scale = np.concatenate([curve.xs for curve in self._curves]), Scale(*self._span, self._log_x)
        return float(xs[np.abs(scale.share(xs) - scale.share(np.array(x))).argmin()])

    def _pointed(self) -> float | None:
        """The x that the pointer means: that of a value where curves are sparse, since no pixel is exactly at one."""
        sparse = any(curve.sparse for curve in self._curves)
        return self.nearest(self._hover) if sparse and self._hover is not None else self._hover

    def _read_at(self) -> float | None:
        """Where the values are read; None for the newest."""
        pointed = self._pointed()
        return self._cursor if pointed is None else pointed

    def _values(self, *, brief: bool = False) -> list[tuple[str, str]]:
        """The value of every curve as written, with the curve's colour; brief: in two digits."""
        at = self._read_at()
        # one number of decimals for all, so that nothing jumps while the cursor moves
        places = 0 if brief else decimals(self._largest)
        return [(aligned(one.at(at), places), one.colour) for one in self._curves if not one.silent]

    def tip_at(self, place: QPointF) -> str:
        """Over the plot, where there are several curves: the value of each with its name."""
        at = self._read_at()
        if place.y() >= self._room().top() or len(self._curves) < 2:
            return ""
        told = (f"{one.title} {aligned(one.at(at), decimals(self._largest))}".strip() for one in self._curves)
        return "\n".join([self.heading, *told])

    @property
    def heading(self) -> str:
        """The title as written, which says of a logarithmic axis that it is one."""
        return self._title + (LOG if self._scale.log and self._curves else "")

    def set_curves(self, curves: Sequence[Curve], span: tuple[float, float] | None = None,
                   scale: Scale | None = None) -> None:
        """Show curves; `span` fixes the x axis, e.g. (0, total) while a run still grows, and `scale` the y axis."""
        self._cache = self._left = None
        self._curves = tuple(c for c in curves if len(c.y))
        self._scale = scale or fit([np.asarray(c.y) for c in self._curves])
        finite = [np.abs(c.y[np.isfinite(c.y)]) for c in self._curves]
        self._largest = max((float(y.max()) for y in finite if y.size), default=0.0)
        xs = [c.xs for c in self._curves]
        low, high = min((float(x[0]) for x in xs), default=0), max((float(x[-1]) for x in xs), default=1)
        self._span = span or (low, high if high > low else low + 1)
        self.setAccessibleDescription(f"{self.heading}: {self.readout}" if curves else self.empty_text)
        for plot in (self, *self._column):
            plot.update()

    def set_log_x(self, log: bool) -> None:
        """Make the x axis logarithmic, for x above 0, or linear."""
        self._cache, self._log_x = None, log
        self.update()

    def stand_under(self, *others: CurvePlot) -> None:
        """Begin and end where the plots over this one do, and these where it does, so that one cursor goes through."""
        column = (self, *others)
        for plot in column:
            plot._column = tuple(other for other in column if other is not plot)

    def set_title(self, title: str) -> None:
        """Change what the plot is called."""
        self._title = title
        self.setAccessibleName(title)
        self.update()

    def set_x_title(self, title: str) -> None:
        """Change what the x axis is called, where axes are shown."""
        self._cache, self._x_title = None, title
        self.update()

    def set_mark(self, x: float | None, words: str = "") -> None:
        """Mark an x where something begins, with a word or two on it, or take the mark away."""
        if (x, words) != (self._mark, self._mark_words):
            self._cache, self._mark, self._mark_words = None, x, words
            self.update()

    def set_cursor(self, x: float | None) -> None:
        """Put the vertical line at an x, or take it away."""
        if x != self._cursor:
            self._cursor = x
            afterwards().paint(self)

    def sizeHint(self) -> QSize:
        return QSize(280, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self.theme.bg1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            room = self._room()
            # the cached sheet below, the cursor above: scrubbing repaints two lines and no curve
            painter.drawImage(0, 0, self._sheet(room))
            self._head(painter)
            if self._curves:
                painter.setClipRect(room)
                self._line(painter, room, self._cursor, self.theme.text)
                self._line(painter, room, self._pointed(), self.theme.text2)
                painter.setClipping(False)
            self.draw_focus(painter)

    def _sheet(self, room: QRectF) -> QImage:
        """Ground, grid and curves; drawn once, since scrubbing moves the cursor only."""
        ratio = self.devicePixelRatioF()
        key = (self.size(), ratio, self.theme.name, self._title, room.left(), room.top())
        if self._cache is None or self._cache[0] != key:
            sheet = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
            sheet.setDevicePixelRatio(ratio)
            sheet.fill(QColor(self.theme.bg1))
            with QPainter(sheet) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._draw_sheet(painter, room)
            self._cache = key, sheet
        return self._cache[1]

    def _draw_sheet(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.bg0))
        painter.drawRoundedRect(room, 3, 3)
        if not self._curves:
            self._empty(painter, room)
            return
        self._grid(painter, room)
        painter.setClipRect(room)
        if self._mark is not None and self._span[0] < self._mark < self._span[1]:
            there = self._scale.share(np.array([curve.at(self._mark) for curve in self._curves]))
            draw_mark(painter, room, self._pixel(room, self._mark), self._mark_words, self.theme,
                      high=bool((there < 1 / 2).all()))
        for curve in self._curves:
            self._draw(painter, room, curve)

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is nothing to show."""
        self._cache = None
        super().set_empty_text(text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._x_at(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton and self._hover is not None:
            self.picked.emit(self._hover)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = self._x_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and x is not None:
            self.picked.emit(x)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()
        super().leaveEvent(event)

    def _room(self) -> QRectF:
        """Where the curves are: right of the numbers, however long these are."""
        below = AXIS_BELOW if self._axes and self._curves else 0
        left = max((plot.left() for plot in (self, *self._column)), default=0.0)
        top = HEAD + NAMES * self._under()
        return QRectF(left, top, max(1, self.width() - left), max(1, self.height() - top - below))

    def left(self) -> float:
        """Pixels for the numbers at the left, however long they are."""
        if not self._curves:
            return 0
        high = self.height()
        if self._left is None or self._left[0] != high:
            least = AXIS_LEFT if self._axes else NUMBERS
            self._left = high, max(least, wide(self._texts(self._scale.ticks(count(high)))))
        return self._left[1]

    def _texts(self, ticks: Sequence[float]) -> list[str]:
        """The numbers of hairlines as written."""
        return tick_texts(ticks) if self._axes else brief(ticks)

    def _head(self, painter: QPainter) -> None:
        """Title, legend and readout in one line."""
        head = fit_head(self._title, self.heading.removeprefix(self._title), self._values(), self.width(),
                        self._values(brief=True))
        draw_head(painter, self.width(), head, self._names(), self.theme, under=self._under(),
                  several=len(self._curves) > 1)

    def _names(self) -> list[tuple[str, str]]:
        """The names of the legend with the colours of their curves."""
        return [(curve.title, curve.colour) for curve in self._curves if curve.title] if self._legend else []

    def _under(self) -> bool:
        """Whether the names have a line of their own, under that of the title; the same wherever the cursor is."""
        places = decimals(self._largest)
        most = [(aligned(self._largest, places), curve.colour) for curve in self._curves if not curve.silent]
        return self.height() >= LOW and not beside(self.heading, self._names(), most, self.width())

    def _empty(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(QColor(self.theme.text2))
        painter.setFont(words(11))
        painter.drawText(room.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                         self.empty_text)

    def _grid(self, painter: QPainter, room: QRectF) -> None:
        """Hairlines at round values with their numbers, and the ends of x when axes are shown."""
        ticks = draw_grid(painter, room, self._scale, self.theme)
        draw_numbers(painter, room, self._scale, list(zip(ticks, self._texts(ticks), strict=True)), self.theme)
        if self._axes:
            draw_ends(painter, room, self._span, self._x_title, self.theme)

    def _draw(self, painter: QPainter, room: QRectF, curve: Curve) -> None:
        kept = outline(np.asarray(curve.y), int(room.width()))  # painting stays cheap however long it is
        pixels, shares = self._pixel(room, curve.xs[kept]), self._scale.share(np.asarray(curve.y)[kept])
        # the few values that the scale leaves out run along the edge, inside of it: a line that leaves looks lost
        heights = np.clip(room.bottom() - shares * room.height(), room.top() + 1, room.bottom() - 1)
        line = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(self.theme.term(curve.colour)), 1.6, line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # steps without a value (NaN) are bridged, not drawn as 0
        good = np.isfinite(heights)
        points = [QPointF(x, y) for x, y in zip(pixels[good].tolist(), heights[good].tolist(), strict=True)]
        if len(points) == 1:
            painter.drawEllipse(points[0], 1.5, 1.5)
        painter.drawPolyline(QPolygonF(points))

    def _line(self, painter: QPainter, room: QRectF, x: float | None, colour: str) -> None:
        if x is not None and self._span[0] <= x <= self._span[1]:
            at = self._pixel(room, x)
            painter.setPen(QPen(QColor(colour), 1))
            painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))

    def _pixel(self, room: QRectF, x: Any) -> Any:
        """Where an x, or an array of them, is in the plot: px."""
        return room.left() + Scale(*self._span, self._log_x).share(x) * room.width()

    def _x_at(self, point: QPointF) -> float | None:
        room = self._room()
        if not self._curves or not room.adjusted(-4, 0, 4, 0).contains(point):
            return None
        share = min(1.0, max(0.0, (point.x() - room.left()) / room.width()))
        low, high = self._span
        return low * (high / low) ** share if self._log_x else low + share * (high - low)
