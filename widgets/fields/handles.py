"""Handles: places of the plane or a line that are dragged with the mouse, such as the ends of a way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPen

from widgets.drawing.fonts import words
from widgets.drawing.painted import tinted
from widgets.fields.layer import Layer, Sketch, plaque
from widgets.fields.point_field import PointField

LAYER = "handles"
RADIUS, DOT, REACH = 7.0, 2.5, 12.0  # px: of the ring, of the point in it, and within which it is taken
PAD = 4.0


@dataclass(frozen=True, slots=True)
class Handle:
    """A place in data units, and what it is called."""

    place: tuple[float, float]
    name: str


@dataclass(frozen=True, slots=True)
class HandleMarks(Layer):
    """Rings with names; the one of the number `held` is filled."""

    items: tuple[Handle, ...]
    held: int = -1
    order: ClassVar[int] = 65
    still: ClassVar[bool] = False

    def draw(self, sketch: Sketch) -> None:
        """Draw the rings and their names."""
        painter, theme = sketch.painter, sketch.theme
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        for number, item in enumerate(self.items):
            at = sketch.frame.place(*item.place)
            # a rim in the colour of the plate, so that it stands out from particles
            for colour, width in ((theme.bg1, 5.0), (theme.accent, 2.0)):
                painter.setPen(QPen(QColor(colour), width))
                painter.setBrush(tinted(theme.accent, 0.35 if number == self.held else 0.12))
                painter.drawEllipse(at, RADIUS, RADIUS)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(at, DOT, DOT)
            self._name(sketch, item, at)

    @staticmethod
    def _name(sketch: Sketch, item: Handle, at: QPointF) -> None:
        """The name above the ring, on the plate's colour so that it reads over everything."""
        painter, theme, font = sketch.painter, sketch.theme, words(11, bold=True)
        metrics = QFontMetricsF(font)
        wide, high = metrics.horizontalAdvance(item.name) + 2 * PAD, metrics.height()
        box = QRectF(at.x() - wide / 2, at.y() - RADIUS - 4 - high, wide, high)
        plaque(painter, box, theme)
        painter.setFont(font)
        painter.setPen(QColor(theme.ink("accent", "bg1")))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, item.name)

    def told(self) -> str:
        """Where they are, in a few words."""
        return ", ".join(f"{item.name} at {item.place[0]:.2f}, {item.place[1]:.2f}" for item in self.items)


class Handles(QObject):
    """Shows handles on fields, and lets the mouse drag them before anything else on these.

    Args:
        hint: the tooltip of a handle.

    Signals: dragged(int, float, float) with the number of a handle and the point of the data under the pointer;
    dropped(int) when it is let go, after it was dragged somewhere.
    """

    dragged = Signal(int, float, float)
    dropped = Signal(int)

    def __init__(self, hint: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        self._items: tuple[Handle, ...] = ()
        self._fields: tuple[PointField, ...] = ()
        self._held, self._moved = -1, False

    @property
    def held(self) -> bool:
        """Whether one is being dragged."""
        return self._held >= 0

    def show(self, fields: Sequence[PointField], items: Iterable[Handle]) -> None:
        """Show handles on fields, and on no others; an equal set is not drawn again."""
        self._items = tuple(items)
        for gone in (field for field in self._fields if field not in fields):
            gone.removeEventFilter(self)
            gone.set_layer(LAYER, None)
        for field in (field for field in fields if field not in self._fields):
            field.installEventFilter(self)
        self._fields = tuple(fields)
        self._draw(self._held)

    def _draw(self, lit: int) -> None:
        marks = HandleMarks(self._items, lit) if self._items else None
        for field in self._fields:
            if field.layer(LAYER) != marks:
                field.set_layer(LAYER, marks)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and isinstance(watched, PointField) and watched.brush is None:
            kind = event.type()
            if kind in {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick}:
                return self._press(watched, event)
            if kind == QEvent.Type.MouseMove:
                return self._move(watched, event)
            if kind == QEvent.Type.MouseButtonRelease and self.held:
                return self._release(watched)
        return super().eventFilter(watched, event)

    def _at(self, field: PointField, place: QPointF) -> int:
        """The number of the handle within reach of a place, −1 for none; the nearest of several."""
        frame = field.frame()
        away = [QLineF(place, frame.place(*item.place)).length() for item in self._items]
        nearest = int(np.argmin(away)) if away else -1
        return nearest if nearest >= 0 and away[nearest] <= REACH else -1

    def _press(self, field: PointField, event: QMouseEvent) -> bool:
        found = self._at(field, event.position()) if event.button() == Qt.MouseButton.LeftButton else -1
        if found < 0:
            return False
        self._held, self._moved = found, False
        field.leave_probe()
        field.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._draw(found)
        return True

    def _move(self, field: PointField, event: QMouseEvent) -> bool:
        if not self.held:
            self._hover(field, self._at(field, event.position()) if not event.buttons() else -1)
            return False
        inside = field.plate()
        at = QPointF(min(max(event.position().x(), inside.left()), inside.right()),
                     min(max(event.position().y(), inside.top()), inside.bottom()))
        self._moved = True
        self.dragged.emit(self._held, *field.frame().point(at))
        return True

    def _hover(self, field: PointField, found: int) -> None:
        """A handle under the pointer looks as if it could be taken."""
        if found >= 0:
            field.setCursor(Qt.CursorShape.OpenHandCursor)
            field.setToolTip(self._hint)
        elif field.cursor().shape() == Qt.CursorShape.OpenHandCursor:
            field.unsetCursor()
            field.setToolTip("")
        self._draw(found)

    def _release(self, field: PointField) -> bool:
        number, self._held = self._held, -1
        field.unsetCursor()
        self._draw(number)
        if self._moved:
            self.dropped.emit(number)
        return True
