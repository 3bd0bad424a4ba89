"""A batch of pictures as equal tiles that fill the space, made for scrubbing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from widgets.controls.back_button import BackButton
from widgets.drawing.painted import Painted, tinted
from widgets.drawing.pixmaps import Picture, Pyramid, to_qimage
from widgets.drawing.theme import Theme
from widgets.pictures.enlarged import Enlarged
from widgets.pictures.picture_data import picture_data, start_drag
from widgets.pictures.tile_sheet import arranged, cut_at, draw_frame, draw_tiles, draw_title, tile_sheet
from widgets.pictures.tiles import Tiling


class ImageGrid(Painted):
    """Shows 1 to 64 pictures of one batch; click, Shift+arrows, Up and Down select, double click or Enter enlarges.

    Enlarged, the same keys turn to the next picture and Esc, Enter or a double click goes back; with `enlarge_on_click`
    a click is as good as Enter. Wheel, + and − zoom an enlarged picture as in any ImageView; then a drag moves it. Else
    a drag takes out a PNG, or what `export_file` gives. The view `large` shows the enlarged picture.

    Signals: selection_changed(int) with the selected number, -1 = none; activated(int) on double
    click or Enter; enlarged_changed(int) with the enlarged number, -1 = all shown;
    context_requested(int, QPoint) with the number under the pointer and a global position.
    """

    selection_changed = Signal(int)
    activated = Signal(int)
    enlarged_changed = Signal(int)
    context_requested = Signal(int, QPoint)

    def __init__(self, name: str = "Samples", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.export_file: Callable[[int], Path | None] | None = None
        self.title, self.enlarge_on_activate, self.enlarge_on_click = "", True, False
        self._pictures, self._captions = list[Pyramid](), list[str]()
        self._selected = self._hovered = self._enlarged = -1
        self._pressed: QPointF | None = None
        self._clicked, self._together, self.large = False, 1, Enlarged(self)
        self._back = BackButton(lambda: self.enlarge(-1), self)
        self._cache: QImage | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(96, 96)
        self.set_empty_text("No samples yet. Press Run to make some.")

    # What is shown
    def set_images(self, images: Sequence[Picture | QImage], captions: Sequence[str] | None = None,
                   together: int = 1) -> None:
        """Show a batch: an array (B, C, H, W) in [-1, 1], or a list of pictures. Captions stay when not given.

        together: so many belong to one sample, and stand in one row. The selection stays as long as its number exists.
        """
        self._pictures = [Pyramid(to_qimage(image)) for image in images]
        self._captions = self._captions if captions is None else list(captions)
        self._together, self._cache = together, None
        self.select(self._selected)  # as far as they are still there
        self.enlarge(self._enlarged)
        self._show_large()
        self.update()

    def set_captions(self, captions: Sequence[str]) -> None:
        """Write captions under the tiles, in their order; missing ones stay empty."""
        self._captions, self._cache = list(captions), None
        self._show_large()
        self.update()

    def set_title(self, text: str) -> None:
        """Write a line above the tiles; an empty one takes no room."""
        self.title, self._cache = text, None
        self.update()

    def clear(self) -> None:
        """Show the empty sentence."""
        self.set_images([], [])

    @property
    def count(self) -> int:
        """Number of pictures."""
        return len(self._pictures)

    def image(self, index: int) -> QImage:
        """The picture with a number. Raises IndexError when there is none."""
        return self._pictures[index].image

    def caption(self, index: int) -> str:
        """The caption of a picture, empty when it has none."""
        return self._captions[index] if index < len(self._captions) else ""

    # Selection
    @property
    def selected(self) -> int:
        """Number of the selected picture, -1 = none."""
        return self._selected

    @property
    def enlarged(self) -> int:
        """Number of the picture that fills the space, -1 = all are shown."""
        return self._enlarged

    def select(self, index: int) -> None:
        """Select a picture by number; -1 selects none."""
        index = index if 0 <= index < self.count else -1
        if index != self._selected:
            self._selected = index
            self.setAccessibleDescription(self.caption(index) if index >= 0 else self.empty_text)
            self.update()
            self.selection_changed.emit(index)

    def enlarge(self, index: int) -> None:
        """Let one picture fill the space; -1 shows all again."""
        index = index if 0 <= index < self.count else -1
        if index != self._enlarged:
            if self._enlarged < 0:
                self.large.fit()
            self._enlarged = index
            self._show_large()
            self._back.setVisible(index >= 0 and self.count > 1)
            self.update()
            self.enlarged_changed.emit(index)

    def _show_large(self) -> None:
        """Let the enlarged picture fill the space; zoom and place stay from one to the next."""
        if self._enlarged >= 0:
            self.large.setGeometry(self.rect())
            self.large.set_image(self._pictures[self._enlarged])
            self.large.set_caption(self.caption(self._enlarged))
        self.large.setVisible(self._enlarged >= 0)

    def _activate(self, index: int) -> None:
        if index < 0:
            return
        self.activated.emit(index)
        if self.enlarge_on_activate:
            self.enlarge(-1 if self._enlarged >= 0 else index)

    # Geometry

    def layout_tiles(self) -> Tiling:
        """The arrangement of all pictures for the present size."""
        aspect = self._pictures[0].image.width() / max(self._pictures[0].image.height(), 1) if self.count else 1.0
        return arranged(self.count, aspect, self.size(), titled=bool(self.title), captioned=any(self._captions),
                        together=self._together)

    def index_at(self, point: QPointF) -> int:
        """Number of the picture under a point of the widget, -1 = none."""
        if self._enlarged >= 0:
            return self._enlarged if self.tile_rect(self._enlarged).contains(point) else -1
        return self.layout_tiles().at(point)

    def tile_rect(self, index: int) -> QRectF:
        """Where a picture lies on the widget; empty when it is not shown."""
        if self._enlarged >= 0:
            return self.large.image_rect() if index == self._enlarged else QRectF()
        return self.layout_tiles().rect(index) if 0 <= index < self.count else QRectF()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if not self._pictures:
                painter.fillRect(event.rect(), QColor(self.theme.bg0))
                self.draw_empty(painter)
            else:
                painter.drawImage(0, 0, self._sheet())
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                if self._hovered not in (-1, self._selected):
                    draw_frame(painter, self.tile_rect(self._hovered), tinted(self.theme.text, 0.45))
                if self._selected >= 0 and self.count > 1:
                    draw_frame(painter, self.tile_rect(self._selected), QColor(self.theme.accent))
            self.draw_focus(painter)

    def _sheet(self) -> QImage:
        """All tiles and captions in one image of the widget's size; made once per batch and size."""
        if self._cache is None or self._cache.size() != self.size() * self.devicePixelRatioF():
            self._cache, plan = tile_sheet(self.size(), self.devicePixelRatioF(), self.theme), self.layout_tiles()
            captions = [self.caption(index) for index in range(self.count)]
            with QPainter(self._cache) as painter:
                painter.setPen(QColor(self.theme.text2))
                draw_title(painter, self.title, plan.top, self.width(), self.small_font())
                draw_tiles(painter, plan, self._pictures, captions, self.small_font())
        return self._cache

    def tip_at(self, place: QPointF) -> str:
        """A title or caption that is cut."""
        told = [self.caption(k) for k in range(self.count)] if self._enlarged < 0 else []
        return cut_at(place, self.layout_tiles(), self.title, told, self) if told else ""

    def changeEvent(self, event: QEvent) -> None:
        self._cache = None
        super().changeEvent(event)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self._cache = None
        super().set_theme(theme)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.select(self.index_at(event.position()))
            self._pressed, self._clicked = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        before, self._hovered = self._hovered, self.index_at(event.position())
        if before != self._hovered:
            self.update()
        held = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if held and self.large.held:
            self.large.follow(event.position())
            return
        pressed = self._pressed if held else None
        if pressed is None or (event.position() - pressed).manhattanLength() < QApplication.startDragDistance():
            return
        if self.large.movable:
            self._pressed = None
            self.large.hold(event.position())
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._selected >= 0:
            self._pressed = None
            start_drag(self, self.drag_data(self._selected), self.image(self._selected))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._clicked, self._pressed = self.enlarge_on_click and self._pressed is not None, None
        self.large.hold(None)
        self.unsetCursor()
        if self._clicked:
            self._activate(max(self.index_at(event.position()), self._enlarged))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # the first of the two clicks may have done it already
        self._activate(-1 if self._clicked else self.index_at(event.position()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom an enlarged picture; the only one of a batch is enlarged for it."""
        if self.count == 1:
            self.enlarge(0)
        if self._enlarged >= 0:
            self.large.wheelEvent(event)
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the enlarged picture as large as the grid."""
        self.large.setGeometry(self.rect())
        super().resizeEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.index_at(QPointF(event.pos()))
        self.select(index)
        self.context_requested.emit(index, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.layout_tiles().columns
        # plain arrows to the sides, Home and End are left to the window, which steps through time with them
        moves = {Qt.Key.Key_Up: -row, Qt.Key.Key_Down: row}
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            moves |= {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in moves and self.count:
            self.step(moves[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(self._selected)
        elif key == Qt.Key.Key_Escape and self._enlarged >= 0:
            self.enlarge(-1)
        elif self._enlarged >= 0 and key != Qt.Key.Key_Space:
            self.large.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def step(self, offset: int) -> None:
        """Select the picture so many numbers on, if there is one; an enlarged picture gives way to it."""
        wanted = self._selected + offset if self._selected >= 0 else 0
        if 0 <= wanted < self.count:
            self.select(wanted)
            self.enlarge(wanted if self._enlarged >= 0 else -1)

    def drag_data(self, index: int) -> QMimeData:
        """What a drag of a picture carries: the image, its PNG bytes and, with `export_file`, a file."""
        return picture_data(self.image(index), self.export_file(index) if self.export_file else None)
