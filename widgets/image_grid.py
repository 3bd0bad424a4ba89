"""A batch of pictures as equal tiles that fill the space, made for scrubbing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QWidget

from widgets.back_button import BackButton
from widgets.painted import Painted, fitted, tinted
from widgets.picture_data import picture_data, start_drag
from widgets.pixmaps import Picture, Pyramid, draw_image, to_qimage
from widgets.theme import Theme
from widgets.tile_captions import shortened
from widgets.tiles import Tiling, tiling

GAP = 8
CAPTION = 18
TITLE = 24
SMALLEST_CAPTIONED = 44  # px; in narrower tiles a caption would be three letters and dots
RADIUS = 3.0


class ImageGrid(Painted):
    """Shows 1 to 64 pictures of one batch; click, Shift+arrows, Up and Down select, double click or Enter enlarges.

    Enlarged, the same keys turn to the next picture and Esc, Enter or a double click goes back; with `enlarge_on_click`
    a click is as good as Enter. A drag takes out a PNG, or what `export_file` gives, such as a file with a recipe.

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
        self.enlarge_on_activate, self.enlarge_on_click = True, False
        self._pictures: list[Pyramid] = []
        self._captions: list[str] = []
        self.title = ""
        self._selected = self._hovered = self._enlarged = -1
        self._pressed: QPointF | None = None
        self._clicked, self._back = False, BackButton(lambda: self.enlarge(-1), self)
        self._cache: QImage | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(96, 96)
        self.set_empty_text("No samples yet. Press Run to make some.")

    # What is shown

    def set_images(self, images: Sequence[Picture | QImage], captions: Sequence[str] | None = None) -> None:
        """Show a batch: an array (B, C, H, W) in [-1, 1], or a list of pictures. Captions stay when not given.

        The selection stays as long as its number exists, so that steps can be scrubbed.
        """
        self._pictures = [Pyramid(to_qimage(image)) for image in images]
        if captions is not None:
            self._captions = list(captions)
        self._cache = None
        if self._selected >= self.count:
            self.select(-1)
        if self._enlarged >= self.count:
            self.enlarge(-1)
        self.update()

    def set_captions(self, captions: Sequence[str]) -> None:
        """Write captions under the tiles, in their order; missing ones stay empty."""
        self._captions = list(captions)
        self._cache = None
        self.update()

    def set_title(self, text: str) -> None:
        """Write a line above the tiles; an empty one takes no room."""
        self.title = text
        self._cache = None
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
            self._enlarged, self._cache = index, None
            self._back.setVisible(index >= 0 and self.count > 1)
            self.update()
            self.enlarged_changed.emit(index)

    def _activate(self, index: int) -> None:
        if index < 0:
            return
        self.activated.emit(index)
        if self.enlarge_on_activate:
            self.enlarge(-1 if self._enlarged >= 0 else index)

    # Geometry

    def layout_tiles(self) -> Tiling:
        """The arrangement for the present size; with an enlarged picture it has a single tile."""
        shown = 1 if self._enlarged >= 0 else self.count
        if shown == 0:
            return Tiling(0, 1, 0, 0, 0, 0, 0, 0)
        first = self._pictures[max(self._enlarged, 0)].image
        aspect = first.width() / max(first.height(), 1)
        head = TITLE if self.title else 0
        room = float(self.width()), float(self.height() - head)
        plan = tiling(shown, aspect, *room, gap=GAP, caption=CAPTION if any(self._captions) else 0)
        if plan.width < SMALLEST_CAPTIONED:
            plan = tiling(shown, aspect, *room, gap=GAP / 2, caption=0)
        return replace(plan, top=plan.top + head)

    def index_at(self, point: QPointF) -> int:
        """Number of the picture under a point of the widget, -1 = none."""
        at = self.layout_tiles().at(point)
        return self._enlarged if at == 0 and self._enlarged >= 0 else at

    def tile_rect(self, index: int) -> QRectF:
        """Where a picture lies on the widget; empty when it is not shown."""
        if self._enlarged >= 0:
            return self.layout_tiles().rect(0) if index == self._enlarged else QRectF()
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
                    self._frame(painter, self._hovered, tinted(self.theme.text, 0.45))
                if self._selected >= 0 and self.count > 1:
                    self._frame(painter, self._selected, QColor(self.theme.accent))
            self.draw_focus(painter)

    def _frame(self, painter: QPainter, index: int, colour: QColor) -> None:
        box = self.tile_rect(index)
        if not box.isEmpty():
            painter.setPen(QPen(colour, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), 5, 5)

    def _sheet(self) -> QImage:
        """All tiles and captions in one image of the widget's size; made once per batch and size."""
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._cache is None or self._cache.size() != size:
            self._cache = QImage(size, QImage.Format.Format_RGB32)
            self._cache.setDevicePixelRatio(ratio)
            self._cache.fill(QColor(self.theme.bg0))
            self._draw_tiles(self._cache)
        return self._cache

    def _draw_tiles(self, sheet: QImage) -> None:
        plan = self.layout_tiles()
        with QPainter(sheet) as painter:
            font = self.small_font()
            painter.setFont(font)
            painter.setPen(QColor(self.theme.text2))
            metrics = QFontMetricsF(font)
            # close to what it names, wherever the tiles begin
            heading = QRectF(GAP, max(plan.top - TITLE - 2, 0.0), self.width() - 2 * GAP, TITLE - 2)
            painter.drawText(heading, Qt.AlignmentFlag.AlignCenter, fitted(metrics, self.title, heading.width()))
            captions = shortened(metrics, [self.caption(index) for index in range(self.count)], plan.width)
            for place in range(plan.count):
                index = self._enlarged if self._enlarged >= 0 else place
                box = plan.rect(place)
                draw_image(painter, box, self._pictures[index], RADIUS)
                if plan.pitch_y - plan.height > CAPTION:
                    below = QRectF(box.left(), box.bottom() + 3, box.width(), CAPTION - 3)
                    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, captions[index])

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
        pressed = self._pressed if event.buttons() & Qt.MouseButton.LeftButton else None
        if pressed is None or self._selected < 0:
            return
        if (event.position() - pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            start_drag(self, self.drag_data(self._selected), self.image(self._selected))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._clicked, self._pressed = self.enlarge_on_click and self._pressed is not None, None
        if self._clicked:
            self._activate(max(self.index_at(event.position()), self._enlarged))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # the first of the two clicks may have done it already
        self._activate(-1 if self._clicked else self.index_at(event.position()))

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
