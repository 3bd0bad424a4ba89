"""Point field: particles, densities, vector fields and paths in the plane or on a line, to probe, select and paint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.drawing.plane import Floats
from widgets.fields.brush import Brush, bounded
from widgets.fields.layers import LayeredField
from widgets.fields.particles import Particles, radius
from widgets.fields.pointers import Pointers
from widgets.fields.probe import Fact, draw_cross, draw_readout, fitting, readout_box
from widgets.fields.view import PAN, PAN_KEYS, RADIUS

REACH = 12.0  # px within which a click takes a particle
NUDGE, FAR = 2.0, 16.0  # px that an arrow key moves the probe, and with Shift
RESIZE = 1.25


class PointField(LayeredField):
    """Layers that are probed by hovering; a click selects the nearest particle, a brush paints points.

    Keys besides those of the view: arrows move the probe (with Shift farther), Enter selects what is nearest to it,
    Esc takes it away, [ and ] change the size of the brush.

    Signals: probed(float, float) with a point of the data under the pointer or moved to by keys; unprobed() when it
    left; selected(int) with the number of a particle, −1 for none; painted(object) with points (N, 2) in data units
    sprayed by the brush since the last time; stroke_finished() when the button is let go, for one step of undo;
    brush_sized(float) with the radius of the brush after a key changed it.
    """

    probed = Signal(float, float)
    unprobed = Signal()
    selected = Signal(int)
    painted = Signal(object)
    stroke_finished = Signal()
    brush_sized = Signal(float)

    def __init__(self, name: str = "Points", parent: QWidget | None = None, *, line: bool = False) -> None:
        self._probe: tuple[float, float] | None = None
        self._facts: tuple[Fact, ...] = ()
        self._chosen = self._hovered = -1
        self._marked = False
        self.brush: Brush | None = None
        super().__init__(name, parent, line=line)

    def select(self, index: int) -> None:
        """Mark the particle of a number, −1 for none; emits nothing."""
        self._chosen = index
        self.update()

    def hover(self, index: int) -> None:
        """Point out the particle of a number, wherever the pointer is, −1 for none; emits nothing."""
        if index != self._hovered:
            self._hovered = index
            self.update()

    @property
    def hovered(self) -> int:
        """The particle that is pointed out, −1 for none."""
        return self._hovered

    @property
    def marked(self) -> bool:
        """Whether it is marked as the one of several that is worked with."""
        return self._marked

    def mark(self, on: bool) -> None:
        """Mark it as the one of several that is worked with, or not."""
        if on is not self._marked:
            self._marked = on
            self.update()

    def set_readout(self, facts: Sequence[Fact]) -> None:
        """Choose the lines beside the probe; none hides them."""
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self.tell()

    def set_brush(self, brush: Brush | None) -> None:
        """Let a drag paint with a brush instead of moving what is shown; None for neither."""
        self.brush = brush
        self.setCursor(Qt.CursorShape.CrossCursor) if brush else self.unsetCursor()
        self.update()

    @property
    def blank(self) -> bool:
        """Whoever paints wants to know where, before there is anything."""
        return self.empty and self.brush is None

    def told_more(self) -> list[str]:
        """The lines of the readout, for those who cannot see it."""
        return [f"{fact.name} {fact.value}" for fact in self._facts]

    # Painting on screen

    def _draw_ring(self, painter: QPainter, index: int, colour: str) -> None:
        """Mark a particle."""
        particles = self._particles() if index >= 0 else None
        if particles is not None and index < len(particles.points):
            x, y = (float(value) for value in particles.points[index])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colour), 1.8))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            frame = self.frame()
            ring = radius(len(particles.points), frame) + 3.0
            painter.drawEllipse(frame.place(x, y), ring, ring)

    def _draw_mark(self, painter: QPainter, plate: QRectF) -> None:
        """A frame around the plate that is worked with."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.accent), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(plate.adjusted(-0.8, -0.8, 0.8, 0.8), RADIUS, RADIUS)

    def draw_hand(self, painter: QPainter, plate: QRectF) -> None:
        """The marks of what is selected and hovered, and the probe with its lines or the brush."""
        painter.setClipRect(plate)
        self._draw_ring(painter, self._hovered, self.theme.warn)
        self._draw_ring(painter, self._chosen, self.theme.accent)
        painter.setClipping(False)
        if self._marked:
            self._draw_mark(painter, plate)
        if self._probe is None:
            return
        at = self.frame().place(*self._probe)
        if not plate.contains(at):
            return
        if self.brush is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self.theme.text), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, self.brush.radius, self.brush.radius)
            return
        draw_cross(painter, at, self.theme)
        room = self.readout_room(plate)
        facts = fitting(self._facts, room) if self._facts else []
        if facts:
            draw_readout(painter, readout_box(at, facts, room, self._tips()), facts, self.theme)

    def readout_room(self, plate: QRectF) -> QRectF:
        """Where the lines of the probe may stand: below the caption, which tells panels apart."""
        room = plate.adjusted(4, 4, -4, -4)
        caption = self.caption_box(plate)
        return room if caption.isEmpty() else room.adjusted(0, caption.bottom() - room.top() + 2, 0, 0)

    def _tips(self) -> list[QPointF]:
        """Where named arrows end, and their names do, which the lines of the probe leave free."""
        frame = self.frame()
        return [place for layer in self.layers_shown() if isinstance(layer, Pointers)
                for item in layer.items if np.isfinite(item.end).all() for place in item.places(frame)]

    # Probe, selection and brush

    def nearest(self, x: float, y: float) -> int:
        """Number of the particle that a click at a point of the data takes, −1 for none."""
        particles = self._particles()
        frame = self.frame()
        return particles.nearest(frame, frame.place(x, y), REACH) if particles is not None else -1

    def _particles(self) -> Particles | None:
        """The particles that a click takes: those of the topmost layer of them in sight."""
        found = [layer for layer in self.layers_shown() if isinstance(layer, Particles)]
        return found[-1] if found else None

    @property
    def probe(self) -> tuple[float, float] | None:
        """The point of the data that is probed, None without one."""
        return self._probe

    def set_probe(self, point: tuple[float, float] | None) -> None:
        """Show the probe at a point, e.g. at that of a field beside this one, or take it away; emits nothing."""
        if point != self._probe:
            self._probe = point
            self.update()

    def leave_probe(self) -> None:
        """Take the probe away, as when the pointer leaves."""
        self._move_probe(None)

    def _move_probe(self, place: QPointF | None) -> None:
        inside = place is not None and self.plate().contains(place)
        point = self.frame().point(place) if inside and place is not None else None
        if point == self._probe:
            return
        self.set_probe(point)
        if point is None:
            self.set_readout(())
            self.unprobed.emit()
        else:
            self.probed.emit(*point)

    def clicked_at(self, place: QPointF) -> None:
        """Select the particle nearest to a place."""
        particles = self._particles()
        found = particles.nearest(self.frame(), place, REACH) if particles is not None else -1
        if found != self._chosen:
            self.select(found)
            self.selected.emit(found)

    def _spray(self, pixels: Floats) -> None:
        if len(pixels):
            self.painted.emit(self.frame().points(pixels))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.brush is not None and event.button() == Qt.MouseButton.LeftButton:
            self._spray(self.brush.press(event.position()))
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.brush is not None and self.brush.drawing:
            self._spray(self.brush.move(event.position()))
        else:
            super().mouseMoveEvent(event)
        if not self.panning:
            self._move_probe(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.brush is not None and self.brush.drawing:
            self.brush.release()
            self.stroke_finished.emit()
            return
        panned = self.panning
        super().mouseReleaseEvent(event)
        if panned and self.brush is not None:
            self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # two quick dabs of the brush are no wish to fit
        if self.brush is not None:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._move_probe(None)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim the arrow keys before a window's shortcuts, once the keyboard brought the focus or holds a probe."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._claims(event):
            event.accept()
            return True
        return super().event(event)

    def _claims(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return self._ring and plain and event.key() in PAN_KEYS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.brush is not None and key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            factor = RESIZE if key == Qt.Key.Key_BracketRight else 1 / RESIZE
            self.brush.radius = bounded(self.brush.radius * factor)
            self.brush_sized.emit(self.brush.radius)
            self.update()
        elif key in PAN_KEYS and not event.modifiers() & (Qt.KeyboardModifier.AltModifier |
                                                          Qt.KeyboardModifier.ControlModifier):
            far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._nudge(PAN_KEYS[Qt.Key(key)], FAR if far else NUDGE)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._probe is not None:
            self.clicked_at(self.frame().place(*self._probe))
        elif key == Qt.Key.Key_Escape and self._probe is not None and self.brush is None:
            self._move_probe(None)
        else:
            super().keyPressEvent(event)

    def _nudge(self, against: QPointF, step: float) -> None:
        """Move the probe by a few pixels, from the middle when there is none, and no farther than the plate reaches."""
        plate = self.plate()
        at = plate.center() if self._probe is None else self.frame().place(*self._probe) - against * (step / PAN)
        inside = plate.adjusted(1, 1, -1, -1)
        self._move_probe(QPointF(min(max(at.x(), inside.left()), inside.right()),
                                 min(max(at.y(), inside.top()), inside.bottom())))
