"""The user's picture: painted on as any mask canvas, with a frame around the square that a model sees."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QMouseEvent, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from widgets.controls.badge import Badge
from widgets.masks.canvas import MaskCanvas
from widgets.masks.crop_frame import Grip, dragged, draw_frame, grip_at
from widgets.masks.tools import Tool

APART = 2  # px between the words and the caption above them, at least


class PictureCanvas(MaskCanvas):
    """A mask canvas with a crop, on which colours can be painted, too.

    While `crop_action` is on, a drag moves the frame or a corner and nothing is painted.

    Signals: crop_changed(int, int, int) with left, top and side in picture pixels after a drag, side 0 after a double
    click: it is to be chosen again by itself; and those of MaskCanvas.
    """

    crop_changed = Signal(int, int, int)

    def __init__(self, name: str = "Picture", parent: QWidget | None = None) -> None:
        self.crop_action = QAction("Crop")
        self._crop: QRectF | None = None
        self.masking = True
        self._words = Badge()
        self._grip: tuple[Grip, QPointF, QRectF] | None = None  # what is held, from where, and the frame then
        super().__init__(name, parent)
        self.crop_action.setParent(self)
        self.crop_action.setCheckable(True)
        self.crop_action.setShortcut(QKeySequence("X"))
        self.crop_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.crop_action.setToolTip("Drag the frame to choose what the model sees; a double click lets it choose (X)")
        self.crop_action.toggled.connect(self._framing_changed)
        self.addAction(self.crop_action)

    # The crop

    @property
    def framing(self) -> bool:
        """Whether a drag moves the frame instead of painting."""
        return self.crop_action.isChecked()

    @property
    def crop(self) -> QRectF | None:
        """The square that is framed, in picture pixels; None when all of the picture is seen, or none is known."""
        return self._crop

    def show_crop(self, crop: QRectF | None, words: str) -> None:
        """Frame a square, and write a few words on what becomes of it at the bottom of the picture."""
        if crop != self._crop or words != self._words.text:
            self._crop, self._words = crop, Badge(words)
            self.setAccessibleDescription(f"{self.caption()}. {words}" if words else self.caption())
            self.update()

    @property
    def words(self) -> str:
        """What is said on the square."""
        return self._words.text

    def set_tool(self, tool: Tool | type[Tool]) -> None:
        """Choose a tool to paint with; the frame is left alone then."""
        super().set_tool(tool)
        self.crop_action.setChecked(not self.masking)

    def set_masking(self, on: bool, *, colours: bool = False) -> None:
        """Show the mask and let it be painted (on), or leave both aside: then a drag always moves the frame.

        colours: of the paint it is not the mask that is shown and painted, but the colours.
        """
        self.masking = on
        if self.colour_mode is not colours:
            self.cancel_stroke()
            self.set_colour_mode(colours)
        self._refresh_badge()
        self.crop_action.setChecked(not on)

    def _framing_changed(self, on: bool) -> None:
        self.cancel_stroke()
        self.commands.tools[self.tools.index(self.tool)].setChecked(not on)
        self.setCursor(Qt.CursorShape.ArrowCursor if on else self.tool.cursor)
        self.update()

    def _frame(self) -> QRectF:
        """The frame in widget coordinates, empty without one."""
        if self._crop is None or self.image_size.isEmpty():
            return QRectF()
        return QRectF(self.to_widget(self._crop.topLeft()), self._crop.size() * self.scale())

    # Painting on screen

    def draw_overlay(self, painter: QPainter, region: QRegion) -> None:
        """Draw frame, paint and words over the picture; a partial repaint is left to the paint."""
        frame, target = self._frame(), self.image_rect()
        if not frame.isEmpty() and (self.framing or frame.size() != target.size()):
            draw_frame(painter, target, frame, held=self.framing)
        if self.masking:
            super().draw_overlay(painter, region)
        if self._words.text:
            self._words.draw(painter, self._words_room_below(), self.small_font())

    def _words_room_below(self) -> QRectF:
        """Where the words stand: at the lower edge of the picture, but never over the caption of a flat one."""
        room = self.words_room()
        high = self._words.size(self.small_font(), room.width())[1]
        room.setTop(max(room.bottom() - high, self._badge_box().bottom() + APART))
        return room

    def caption(self) -> str:
        """The caption, with the size of the hole where there may be one."""
        return super().caption() if self.masking else self._caption

    def _brush_box(self) -> QRectF:
        return QRectF() if self.framing else super()._brush_box()

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.framing or self._space or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        grip = grip_at(self._frame(), event.position())
        if grip is not None and self._crop is not None:
            self._grip = grip, self.to_image(event.position()), self._crop
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._grip is not None:
            grip, start, box = self._grip
            extent = QSizeF(self.image_size)
            self.show_crop(dragged(box, grip, self.to_image(event.position()) - start, extent), self._words.text)
        elif self.framing and not self.panning:
            grip = grip_at(self._frame(), event.position())
            self.setCursor(grip.cursor if grip else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._grip = self._grip, None
        super().mouseReleaseEvent(event)
        if held is not None and self._crop is not None and self._crop != held[2]:
            self.crop_changed.emit(round(self._crop.x()), round(self._crop.y()), round(self._crop.width()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.framing and event.button() == Qt.MouseButton.LeftButton:
            self.crop_changed.emit(0, 0, 0)
        else:
            super().mouseDoubleClickEvent(event)
