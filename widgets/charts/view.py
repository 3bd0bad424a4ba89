"""Chart view: measured values with their exact answer, read by pointer and by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.charts.data import ChartSheet
from widgets.charts.paint import ChartPainter
from widgets.charts.painters import painter_of
from widgets.charts.reading import draw_values
from widgets.charts.rooms import Edges, shared
from widgets.drawing.painted import Painted
from widgets.drawing.theme import Theme

KEY_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
ROW_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
REACH = 40.0  # px from which on no value is near the pointer


class ChartView(Painted):
    """One chart. Hovering reads the values nearest to the pointer; a click on a name hides or shows its line.

    Keys: left and right go from value to value, Home and End to the ends, up and down through the names, Space or
    Enter hides or shows the one that is framed, Esc takes the reading away.

    Signals: read(str) with the values that are read, "" when there are none; toggled(str) with the name of a line
    that was hidden or shown.
    """

    read = Signal(str)
    toggled = Signal(str)

    def __init__(self, name: str = "Chart", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._sheet: ChartSheet | None = None
        self._hidden = frozenset[str]()
        self._x: float | None = None
        self._named = -1
        self._painter: ChartPainter | None = None
        self._cache: tuple[tuple[object, ...], QImage] | None = None
        self._row: tuple[ChartView, ...] = ()  # beside it
        self.setMouseTracking(True)
        self.setMinimumSize(260, 200)
        self.set_empty_text("Nothing has been measured yet.")

    @property
    def sheet(self) -> ChartSheet | None:
        """What is drawn."""
        return self._sheet

    @property
    def hidden(self) -> frozenset[str]:
        """Names of the lines that are hidden."""
        return self._hidden

    @property
    def reading(self) -> float | None:
        """The x that is read, None for none."""
        return self._x

    def set_sheet(self, sheet: ChartSheet | None) -> None:
        """Draw another chart, or more of the same one: what is hidden and read there stays."""
        if sheet is None or self._sheet is None or sheet.title != self._sheet.title:
            self._hidden, self._x, self._named = frozenset(), None, -1
        self._sheet = sheet
        self._renew()

    def toggle(self, name: str) -> None:
        """Hide or show a line by its name; the scales fit what is shown."""
        self._hidden = self._hidden ^ {name}
        self._renew()
        self.toggled.emit(name)

    def read_at(self, x: float | None) -> None:
        """Read the values at an x, None for none."""
        if x == self._x:
            return
        self._x = x
        self._describe()
        self.read.emit("" if x is None or self._sheet is None else self._sheet.told_at(x, self._hidden))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        super().set_theme(theme)
        self._renew()

    def sizeHint(self) -> QSize:
        return QSize(560, 380)

    def _renew(self) -> None:
        """Forget what was laid out for another sheet, size or theme; those beside it follow."""
        self._describe()
        for view in (self, *self._row):
            view._lay_out()

    def _describe(self) -> None:
        """What a screen reader says: the values read, else the whole chart."""
        sheet = self._sheet
        if sheet is None:
            self.setAccessibleDescription(self.empty_text)
        elif self._x is not None:
            self.setAccessibleDescription(sheet.told_at(self._x, self._hidden))
        else:
            self.setAccessibleName(sheet.title)
            self.setAccessibleDescription(sheet.told(self._hidden))

    def chart(self) -> ChartPainter | None:
        """The chart as it is laid out in the present size, None without one."""
        if self._sheet is None:
            return None
        size = QSizeF(self.size())
        if self._painter is None or self._painter.size != size:
            self._painter = painter_of(self._sheet, self.theme, size, self._hidden, self._edges())
        return self._painter

    def _edges(self) -> Edges | None:
        """Between which its plot and those beside it are, None where it stands alone."""
        if self._sheet is None or not self._sheet.plain:
            return None
        plain = [view.sheet for view in self._row if view.sheet is not None and view.sheet.plain
                 and abs(view.height() - self.height()) <= 1]
        return shared([self._sheet, *plain], QSizeF(self.size())) if plain else None

    def stand_beside(self, others: Sequence[ChartView]) -> None:
        """Have the plot at one height with those of others of the same height, whatever words each has."""
        if tuple(others) != self._row:
            self._row = tuple(others)
            self._lay_out()

    def _lay_out(self) -> None:
        """Forget where everything is."""
        self._painter, self._cache = None, None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        chart = self.chart()
        with QPainter(self) as painter:
            if chart is None:
                painter.fillRect(self.rect(), QColor(self.theme.bg1))
                self.draw_empty(painter)
                self.draw_focus(painter)
                return
            painter.drawImage(0, 0, self._still(chart))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._x is not None:
                draw_values(painter, chart, self._x)
            if 0 <= self._named < len(chart.rooms.legend) and self.hasFocus():
                painter.setPen(QPen(QColor(self.theme.accent), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(chart.rooms.legend[self._named].adjusted(-4, 1, -4, -1), 4, 4)
            self.draw_focus(painter)

    def _still(self, chart: ChartPainter) -> QImage:
        """All but what follows the pointer, drawn once."""
        ratio = self.devicePixelRatioF()
        key = (self.size(), ratio, self.theme.name)
        if self._cache is None or self._cache[0] != key:
            image = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(ratio)
            with QPainter(image) as painter:
                chart.draw(painter)
            self._cache = key, image
        return self._cache[1]

    # Pointer

    def tip_at(self, place: QPointF) -> str:
        """A name of the legend that is cut, or what is meant by what stands there."""
        chart, number = self.chart(), self._name_at(place)
        if chart is None:
            return ""
        return chart.cut(number) if number >= 0 else chart.tip(place)

    def _name_at(self, place: QPointF) -> int:
        """The number of the name under a place, −1 for none."""
        chart = self.chart()
        boxes: tuple[QRectF, ...] = chart.rooms.legend if chart else ()
        return next((k for k, box in enumerate(boxes) if box.contains(place)), -1)

    def _nearest(self, place: QPointF) -> float | None:
        """The x of the value nearest to a place by its column, None away from all."""
        chart = self.chart()
        if chart is None or self._sheet is None or not chart.rooms.plot.adjusted(-8, 0, 8, 0).contains(place) \
                or self._sheet.x.names:
            return None
        places = {x: abs(chart.place(x, 1.0).x() - place.x()) for x in self._sheet.xs(self._hidden)}
        x = min(places, key=lambda x: places[x], default=None)
        far = max(REACH, chart.rooms.plot.width() / 8)
        return x if x is not None and places[x] <= far else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._name_at(event.position()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor) if over else self.unsetCursor()
        self.read_at(self._nearest(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._name_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0 and self._sheet is not None:
            self.toggle(self._sheet.lines[number].name)

    def leaveEvent(self, event: QEvent) -> None:
        self.read_at(None)
        super().leaveEvent(event)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        sheet = self._sheet
        if sheet is None or not self._key(key, sheet):
            super().keyPressEvent(event)

    def _key(self, key: Qt.Key, sheet: ChartSheet) -> bool:
        """What a key does; False for one that is not used here."""
        xs = sheet.xs(self._hidden)
        if key in KEY_STEPS and xs:
            now = xs.index(self._x) if self._x in xs else (-1 if KEY_STEPS[key] > 0 else len(xs))
            self.read_at(xs[min(max(now + KEY_STEPS[key], 0), len(xs) - 1)])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and xs:
            self.read_at(xs[0 if key == Qt.Key.Key_Home else -1])
        elif key in ROW_STEPS and sheet.lines:
            self._named = (self._named + ROW_STEPS[key]) % len(sheet.lines) if self._named >= 0 else 0
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._named < len(sheet.lines):
            self.toggle(sheet.lines[self._named].name)
        elif key == Qt.Key.Key_Escape and (self._x is not None or self._named >= 0):
            self._named = -1
            self.read_at(None)
            self.update()
        else:
            return False
        return True
