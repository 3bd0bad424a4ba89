"""Two pictures in one place, divided by a line that can be moved."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QRegion
from PySide6.QtWidgets import QWidget

from widgets.controls.badge import Badge
from widgets.drawing.painted import tinted
from widgets.drawing.pixmaps import Picture, Pyramid, draw_image, to_qimage
from widgets.drawing.theme import DARK
from widgets.pictures.image_view import ImageView

STEP = 0.02  # of the picture's width for each press of a key
KNOB = 9.0  # px, radius


class WipeView(ImageView):
    """Before and after: the first picture left of the divider, the second right of it.

    A drag anywhere moves the divider, so do Shift+Left and Shift+Right. Zooming and moving are those of ImageView.

    Signals: divider_changed(float) with its place, 0 = left edge of the picture, 1 = right; and
    those of ImageView.
    """

    divider_changed = Signal(float)

    def __init__(self, name: str = "Before and after", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._after: Pyramid | None = None
        self._after_badge = Badge()
        self._divider = 0.5
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.set_empty_text("Run the task to compare before and after.")

    def set_pair(self, before: Picture | QImage | Pyramid, after: Picture | QImage | Pyramid,
                 captions: tuple[str, str] = ("Before", "After")) -> None:
        """Show two pictures of one shape. Pictures of other sizes are stretched over the first."""
        self._after = after if isinstance(after, Pyramid) else Pyramid(to_qimage(after))
        self._after_badge = Badge(captions[1])
        self.set_image(before)
        self.set_caption(captions[0])

    @property
    def after(self) -> QImage | None:
        """The second picture, or None."""
        return self._after.whole() if self._after else None

    @property
    def divider(self) -> float:
        """Place of the divider: 0 = left edge of the picture, 1 = right edge."""
        return self._divider

    def set_divider(self, place: float) -> None:
        """Move the divider to a fraction of the picture's width, kept in 0…1."""
        place = min(max(place, 0.0), 1.0)
        if place != self._divider:
            self._divider = place
            self.update()
            self.divider_changed.emit(place)

    def draw_overlay(self, painter: QPainter, region: QRegion) -> None:
        """Draw the second picture up to the divider, and the divider."""
        if self._after is None:
            return
        target = self.image_rect()
        x = target.left() + self._divider * target.width()
        painter.save()
        painter.setClipRect(QRectF(x, 0, self.width() - x, self.height()))
        draw_image(painter, target, self._after, 3.0)
        painter.restore()
        self._draw_divider(painter, x, target)
        font, room = self.small_font(), self.words_room()
        room.setRight(min(target.right(), float(self.width())) - 8)
        room.setLeft(room.right() - self._after_badge.size(font, room.width())[0])
        self._after_badge.draw(painter, room, font)

    def _draw_divider(self, painter: QPainter, x: float, target: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, bottom = max(target.top(), 0.0), min(target.bottom(), float(self.height()))
        for colour, width in ((tinted(DARK.bg0, 0.5), 4.0), (QColor(DARK.text), 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        painter.setPen(QPen(tinted(DARK.bg0, 0.5), 1))
        painter.setBrush(QColor(DARK.text))
        painter.drawEllipse(QPointF(x, (top + bottom) / 2), KNOB, KNOB)
        painter.setPen(QPen(QColor(DARK.bg0), 1.6))
        for side in (-1, 1):
            tip, middle = x + side * 5.5, (top + bottom) / 2
            back = tip - side * 3
            painter.drawPolyline([QPointF(back, middle - 3), QPointF(tip, middle), QPointF(back, middle + 3)])

    def _follow(self, event: QMouseEvent) -> None:
        if self.image is not None and not self.panning and event.buttons() & Qt.MouseButton.LeftButton:
            self.set_divider(self.to_image(event.position()).x() / self.image_size.width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP}
        if event.key() in moves and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.set_divider(self._divider + moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
