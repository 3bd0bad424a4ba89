"""A picture that can be zoomed and moved, with a caption on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from widgets.controls.badge import Badge, visible
from widgets.drawing.painted import Painted, draw_shadow
from widgets.drawing.pixmaps import Picture, Pyramid, draw_image
from widgets.drawing.viewport import LARGEST, SMALLEST, Viewport

MARGIN = 18
RADIUS = 3.0
ZOOM_STEP = 1.25
PAN_KEYS = {
    Qt.Key.Key_Left: QPointF(-40, 0),
    Qt.Key.Key_Right: QPointF(40, 0),
    Qt.Key.Key_Up: QPointF(0, -40),
    Qt.Key.Key_Down: QPointF(0, 40),
}


class ImageView(Painted):
    """Shows one picture: the wheel zooms at the cursor, a drag with the middle button or with space held moves it.

    Keys: + and − zoom, Alt+arrows move, Ctrl+0 or a double click fits, Ctrl+1 shows one picture pixel per screen pixel.

    Signals: zoom_changed(float) with the new scale in percent; space_tapped() when space was
    pressed and released without a drag, so that a window can play and pause with it.
    """

    zoom_changed = Signal(float)
    space_tapped = Signal()

    def __init__(self, name: str = "Picture", parent: QWidget | None = None, *, margin: int = MARGIN) -> None:
        super().__init__(name, parent)
        self.viewport = Viewport(self)
        self.viewport.changed.connect(self._moved)
        self.margin = margin
        self.lean = 0.0  # −1 … 1: to which side a picture that is narrower than the view stands, so that pairs meet
        self._picture: Pyramid | None = None
        self._badge = Badge()
        self._caption = ""
        self._dragged_from: QPointF | None = None
        self._space = self._space_used = False
        self.setMouseTracking(True)
        self.setMinimumSize(96, 96)
        self.set_empty_text("No picture yet.")

    # What is shown

    def set_image(self, image: Picture | QImage | Pyramid | None) -> None:
        """Show a picture: uint8 (H, W[, 3]), floating point (C, H, W) in [-1, 1], or as Qt has it; None for nothing.

        Zoom and position stay, so that steps can be played while looking at a detail.
        """
        before = self.image_size
        self._picture = None if image is None else Pyramid.of(image)
        if self.image_size != before:
            self._moved()
        self.update()

    @property
    def image(self) -> QImage | None:
        """The picture shown, or None; made when it is asked for where it consists of two."""
        return self._picture.whole() if self._picture else None

    @property
    def pyramid(self) -> Pyramid | None:
        """What is shown, for another view to show too."""
        return self._picture

    @property
    def image_size(self) -> QSize:
        """Width and height of the picture in pixels; empty when there is none."""
        return self._picture.image.size() if self._picture else QSize()

    def set_caption(self, text: str) -> None:
        """Write a caption on the top left corner; “x_t” gets a subscript."""
        self._caption = text
        self._refresh_badge()

    def caption(self) -> str:
        """The caption as it is shown."""
        return self._caption

    def _refresh_badge(self) -> None:
        if self.caption() != self._badge.text:
            before = self._badge_box()
            self._badge = Badge(self.caption())
            self.setAccessibleDescription(self.caption() or self.empty_text)
            self.update(before.united(self._badge_box()).toAlignedRect())

    # Where it is shown

    def share(self, viewport: Viewport) -> None:
        """Zoom and move together with every other view of `viewport`."""
        self.viewport.changed.disconnect(self._moved)
        self.viewport = viewport
        self.viewport.changed.connect(self._moved)
        self._moved()

    def scale(self) -> float:
        """Logical pixels on screen per pixel of the picture."""
        return self._fit_scale() * self.viewport.zoom

    @property
    def zoom_percent(self) -> float:
        """Screen pixels per picture pixel in percent."""
        return 100.0 * self.scale() * self.devicePixelRatioF()

    def _fit_scale(self) -> float:
        size = self.image_size
        if size.isEmpty():
            return 1.0
        room = max(self.width() - 2 * self.margin, 8), max(self.height() - 2 * self.margin, 8)
        return min(room[0] / size.width(), room[1] / size.height())

    def image_rect(self) -> QRectF:
        """The rectangle of the whole picture in widget coordinates, on whole screen pixels."""
        size, scale, ratio = self.image_size, self.scale(), self.devicePixelRatioF()
        if size.isEmpty():
            return QRectF()
        # Starting on a whole screen pixel keeps a 100 % picture sharp.
        corner = self._origin()
        left, top = round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio
        return QRectF(left, top, size.width() * scale, size.height() * scale)

    def _origin(self) -> QPointF:
        """The exact place of the top left corner; without rounding, repeated zooming does not drift."""
        size, scale, centre = self.image_size, self.scale(), self.viewport.centre
        return self._middle(scale) - QPointF(centre.x() * size.width(), centre.y() * size.height()) * scale

    def _middle(self, scale: float) -> QPointF:
        """Where the point of the picture is shown that the viewport looks at."""
        spare = max(self.width() - 2 * self.margin - self.image_size.width() * scale, 0.0)
        return QPointF((self.width() + self.lean * spare) / 2, self.height() / 2)

    def to_image(self, point: QPointF) -> QPointF:
        """Widget coordinates to picture coordinates, in pixels from the top left corner."""
        return (point - self._origin()) / self.scale()

    def to_widget(self, point: QPointF) -> QPointF:
        """Picture coordinates to widget coordinates."""
        return self._origin() + point * self.scale()

    def fit(self) -> None:
        """Show the whole picture."""
        self.viewport.fit()

    def actual_size(self) -> None:
        """Show one picture pixel per screen pixel."""
        zoom = 1.0 / (self._fit_scale() * self.devicePixelRatioF())
        self.viewport.move(zoom, self.viewport.centre)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor; the picture point under `at` (widget coordinates, default the middle) stays there."""
        if at is None:
            self.viewport.move(self.viewport.zoom * factor, self.viewport.centre)
        else:
            self._hold(self.to_image(at), at, self.viewport.zoom * factor)

    def _hold(self, held: QPointF, at: QPointF, zoom: float) -> None:
        size = self.image_size
        if size.isEmpty():
            return
        scale = self._fit_scale() * min(max(zoom, SMALLEST), LARGEST)
        # solves to_widget(held) == at for the centre at the new zoom
        middle = held - (at - self._middle(scale)) / scale
        self.viewport.move(zoom, QPointF(middle.x() / size.width(), middle.y() / size.height()))

    def pan_by(self, offset: QPointF) -> None:
        """Move the picture by an offset in logical pixels."""
        middle = self._middle(self.scale())
        self._hold(self.to_image(middle - offset), middle, self.viewport.zoom)

    def _moved(self) -> None:
        self.update()
        self.zoom_changed.emit(self.zoom_percent)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self.theme.bg0))
            if self._picture is None:
                self.draw_empty(painter)
            else:
                target = self.image_rect()
                draw_shadow(painter, target, self.theme.bg0, RADIUS)
                draw_image(painter, target, self._picture, RADIUS)
                self.draw_overlay(painter, event.region())
                self._badge.draw(painter, self.words_room(), self.small_font())
            self.draw_focus(painter)

    def draw_overlay(self, painter: QPainter, region: QRegion) -> None:
        """Paint on top of the picture within `region`; for subclasses."""

    def _badge_box(self) -> QRectF:
        return self._badge.box(self.words_room(), self.small_font())

    def words_room(self) -> QRectF:
        """Where words may stand on the picture: from its visible top left corner to the view's right edge."""
        return visible(self.image_rect(), self.width(), self.height())

    # Mouse and keys
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.zoom_changed.emit(self.zoom_percent)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        self.zoom_by(ZOOM_STEP ** (turn / 120.0), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        held = event.button()
        if held == Qt.MouseButton.MiddleButton or (self._space and held == Qt.MouseButton.LeftButton):
            self._dragged_from = event.position()
            self._space_used = self._space
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    @property
    def panning(self) -> bool:
        """Whether a drag is moving the picture."""
        return self._dragged_from is not None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            self.pan_by(event.position() - self._dragged_from)
            self._dragged_from = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            self._dragged_from = None
            self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.fit()

    def event(self, event: QEvent) -> bool:
        """Claim the keys that zoom and pan before a window shortcut takes them."""
        # Space is claimed here before a window's play shortcut takes it; a mere tap is handed back as a signal.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_space(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = event.key()
        if _is_space(event):
            self._hold_space(event)
        elif control and key in (Qt.Key.Key_0, Qt.Key.Key_1):
            self.fit() if key == Qt.Key.Key_0 else self.actual_size()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_by(1 / ZOOM_STEP if key == Qt.Key.Key_Minus else ZOOM_STEP)
        elif key in PAN_KEYS and event.modifiers() & Qt.KeyboardModifier.AltModifier and not self.viewport.fits:
            self.pan_by(-PAN_KEYS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # a window that loses the focus while space is held never hears of its release
        self._space = False
        super().focusOutEvent(event)

    def _hold_space(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._space, self._space_used = True, False
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not _is_space(event):
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat() and self._space:
            self._space = False
            self.unsetCursor()
            if not self._space_used:
                self.space_tapped.emit()


def _is_space(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier
