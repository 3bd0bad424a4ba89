"""A strip of the same picture made in several ways: a click takes one, and a mark says where a slider stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from widgets.drawing.painted import Painted, fitted
from widgets.drawing.pixmaps import Pyramid, draw_image

GAP, PAD, CAPTION, HEAD = 8.0, 6.0, 18.0, 11.0  # px: between tiles, around all, under each, and above for the mark
SMALLEST, RADIUS, MARK = 24.0, 3.0, 5.0  # px: side of a tile, its corners, half the width of the mark


@dataclass(frozen=True, slots=True)
class Choice:
    """One way. picture: None while it is being made; value: where it stands along the slider; tip: more words."""

    caption: str
    picture: Pyramid | None = None
    value: float = 0.0
    tip: str = ""


class ChoiceStrip(Painted):
    """A row of choices in the order of their values. Keys: Shift+arrows, Up and Down pick.

    Signals: picked(int) with the number of the choice that the user took.
    """

    picked = Signal(int)

    def __init__(self, name: str = "Choices", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._choices: tuple[Choice, ...] = ()
        self._title, self._current = "", -1
        self._position: float | None = None
        self.setMinimumHeight(round(SMALLEST + CAPTION + HEAD + PAD))
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(480, 84)

    def set_choices(self, title: str, choices: Sequence[Choice]) -> None:
        """Show choices under a title, which stands at the left; none for an empty strip."""
        self._title, self._choices = title, tuple(choices)
        self._current = min(self._current, len(self._choices) - 1)
        self.setAccessibleName(title or "Choices")
        self._describe()
        self.update()

    @property
    def count(self) -> int:
        """How many choices there are."""
        return len(self._choices)

    @property
    def current(self) -> int:
        """Number of the choice that is shown at full size, −1 for none."""
        return self._current

    @property
    def position(self) -> float | None:
        """Where the slider stands, None where there is none."""
        return self._position

    def choice(self, index: int) -> Choice:
        """One of them. Raises IndexError when there is none."""
        return self._choices[index]

    def set_current(self, index: int) -> None:
        """Frame the choice that is shown at full size, −1 for none."""
        if index != self._current:
            self._current = index if 0 <= index < self.count else -1
            self._describe()
            self.update()

    def set_position(self, value: float | None) -> None:
        """Mark where the slider stands among the values; None marks nothing."""
        if value != self._position:
            self._position = value
            self.update()

    def _describe(self) -> None:
        shown = self._choices[self._current].caption if self._current >= 0 else f"{self.count} choices"
        self.setAccessibleDescription(shown if self.count else self.empty_text)

    # Geometry

    def _title_width(self) -> float:
        return QFontMetricsF(self.small_font()).horizontalAdvance(self._title) + 2 * GAP if self._title else 0.0

    def _tile(self) -> tuple[float, float]:
        """Width and height of a tile: as tall as there is room for, smaller where else not all would fit."""
        made = next((choice.picture.image for choice in self._choices if choice.picture is not None), None)
        aspect = made.width() / max(made.height(), 1) if made is not None else 1.0
        tallest = self.height() - CAPTION - HEAD - PAD / 2
        room = (self.width() - 2 * PAD - self._title_width() + GAP) / max(self.count, 1) - GAP
        tall = max(min(tallest, room / aspect), SMALLEST)
        return tall * aspect, tall

    def tile_rect(self, index: int) -> QRectF:
        """Where a tile lies on the widget; the row is centred in what the title leaves."""
        wide, tall = self._tile()
        begin, gap = self._title_width(), self._gap(wide)
        length = self.count * (wide + gap) - gap
        left = begin + max((self.width() - begin - length) / 2, PAD)
        return QRectF(round(left + index * (wide + gap)), HEAD, wide, tall)

    def _gap(self, wide: float) -> float:
        """Between tiles: wider where captions need it and there is room."""
        metrics = QFontMetricsF(self.small_font())
        asked = max((metrics.horizontalAdvance(choice.caption) for choice in self._choices), default=0.0) + GAP - wide
        spare = (self.width() - self._title_width() - 2 * PAD - self.count * wide) / max(self.count - 1, 1)
        return max(min(asked, spare), GAP)

    def index_at(self, point: QPointF) -> int:
        """Number of the tile at a point of the widget, its caption included, −1 for none."""
        below = (self.tile_rect(k).adjusted(0, 0, 0, CAPTION) for k in range(self.count))
        return next((k for k, box in enumerate(below) if box.contains(point)), -1)

    def mark_x(self) -> float | None:
        """x of the mark in px: between the tiles of the values on both sides of it, and at most at the ends."""
        if self._position is None or not self.count:
            return None
        middles = [(choice.value, self.tile_rect(k).center().x()) for k, choice in enumerate(self._choices)]
        for (low, left), (high, right) in zip(middles, middles[1:], strict=False):
            if low <= self._position <= high and high > low:
                return left + (right - left) * (self._position - low) / (high - low)
        return middles[0][1] if self._position < middles[0][0] else middles[-1][1]

    def tip_at(self, place: QPointF) -> str:
        """What there is to say of the choice there."""
        at = self.index_at(place)
        return self._choices[at].tip or self._choices[at].caption if at >= 0 else ""

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self.theme.bg0))
            if not self._choices:
                self.draw_empty(painter)
            self._draw_title(painter)
            for index, choice in enumerate(self._choices):
                self._draw_choice(painter, index, choice)
            self._draw_mark(painter)
            self.draw_focus(painter)

    def _draw_title(self, painter: QPainter) -> None:
        painter.setFont(self.small_font())
        painter.setPen(QColor(self.theme.text2))
        box = QRectF(PAD + GAP, HEAD, self._title_width(), self.height() - CAPTION - HEAD)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._title)

    def _draw_choice(self, painter: QPainter, index: int, choice: Choice) -> None:
        box, shown = self.tile_rect(index), index == self._current
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if choice.picture is None:
            painter.setPen(QPen(QColor(self.theme.line), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        else:
            draw_image(painter, box, choice.picture, RADIUS)
        if shown:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), RADIUS + 2, RADIUS + 2)
        font = self.small_font()
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text if shown else self.theme.text2))
        gap = self._gap(box.width())
        below = QRectF(box.left() - gap / 2, box.bottom() + 3, box.width() + gap, CAPTION - 3)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter,
                         fitted(QFontMetricsF(font), choice.caption, below.width(), keep_last=True))

    def _draw_mark(self, painter: QPainter) -> None:
        """A small triangle that points down to where the slider stands."""
        x = self.mark_x()
        if x is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.accent))
            painter.drawPolygon(QPolygonF([QPointF(x - MARK, 1), QPointF(x + MARK, 1), QPointF(x, 1 + 1.5 * MARK)]))

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.index_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else -1
        if at >= 0:
            self.picked.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:  # plain ones step through time, in the window
            moves |= {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        offset = moves.get(Qt.Key(event.key()))
        if offset is None or not self.count:
            super().keyPressEvent(event)
        else:
            self.picked.emit(min(max(self._current + offset, 0), self.count - 1))
