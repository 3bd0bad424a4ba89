"""The plate of a field: where it lies on screen, and how wheel, drag and keys move what it shows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from widgets.drawing.painted import Painted
from widgets.drawing.plane import LARGEST, SMALLEST, Frame, Plane

MARGIN = 18  # px around the plate
RADIUS = 3.0
ZOOM_STEP = 1.25
PAN = 40.0  # px with every key
PAN_KEYS = {
    Qt.Key.Key_Left: QPointF(PAN, 0),
    Qt.Key.Key_Right: QPointF(-PAN, 0),
    Qt.Key.Key_Up: QPointF(0, PAN),
    Qt.Key.Key_Down: QPointF(0, -PAN),
}


class FieldView(Painted):
    """A plate on which a part of the plane is shown: the wheel zooms at the pointer, a drag moves.

    Keys: + and − zoom, Alt+arrows move, Ctrl+0, Home or a double click fits. It has no signals of its own; its `plane`
    tells when it was moved.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, line: bool = False) -> None:
        super().__init__(name, parent)
        self.plane = Plane(self, line=line)
        self.plane.changed.connect(self.update)
        self._margin = self._foot = MARGIN
        self._pressed: QPointF | None = None
        self._dragged = False
        self.setMouseTracking(True)
        self.setMinimumSize(120, 120)

    def share(self, plane: Plane) -> None:
        """Zoom and move together with every other field of `plane`."""
        self.plane.changed.disconnect(self.update)
        self.plane = plane
        self.plane.changed.connect(self.update)
        self.update()

    def plate(self) -> QRectF:
        """The plate in widget coordinates, on whole pixels."""
        return QRectF(self.rect().adjusted(self._margin, self._margin, -self._margin, -self._foot))

    def set_margin(self, margin: int, foot: int = MARGIN) -> None:
        """Choose the room around the plate in pixels, less where fields stand side by side; `foot` is that below it."""
        if (margin, foot) != (self._margin, self._foot):
            self._margin, self._foot = margin, foot
            self.update()

    def frame(self) -> Frame:
        """The map between data and widget coordinates as it is now."""
        return self.plane.frame(self.plate(), self.devicePixelRatioF())

    def fit(self) -> None:
        """Show the whole extent."""
        self.plane.fit()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor; the point of the data under `at` (widget coordinates, default the middle) stays there."""
        place = self.plate().center() if at is None else at
        self._hold(self.frame().point(place), place, self.plane.zoom * factor)

    def pan_by(self, offset: QPointF) -> None:
        """Move what is shown by an offset in logical pixels."""
        middle = self.plate().center()
        self._hold(self.frame().point(middle - offset), middle, self.plane.zoom)

    def _hold(self, held: tuple[float, float], at: QPointF, zoom: float) -> None:
        """Look so that a point of the data is at a place on screen, with a zoom."""
        bounded = min(max(zoom, SMALLEST), LARGEST)
        scale = tuple(side / self.plane.zoom * bounded for side in self.plane.scale(self.plate()))
        away = at - self.plate().center()
        self.plane.move(bounded, (held[0] - away.x() / scale[0], held[1] + away.y() / scale[1]))

    # Mouse and keys

    @property
    def panning(self) -> bool:
        """Whether a drag is moving what is shown."""
        return self._dragged

    def clicked_at(self, place: QPointF) -> None:
        """Called for a press and release without a drag; for subclasses."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        self.zoom_by(ZOOM_STEP ** (turn / 120.0), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.position(), False
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        offset = event.position() - self._pressed
        if self._dragged or offset.manhattanLength() >= QApplication.startDragDistance():
            self._dragged, self._pressed = True, event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pan_by(offset)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, dragged = self._pressed, self._dragged
        self._pressed, self._dragged = None, False
        if dragged:
            self.unsetCursor()
        elif pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = event.key()
        if (control and key == Qt.Key.Key_0) or key == Qt.Key.Key_Home:
            self.fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_by(1 / ZOOM_STEP if key == Qt.Key.Key_Minus else ZOOM_STEP)
        elif key in PAN_KEYS and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.pan_by(PAN_KEYS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)
