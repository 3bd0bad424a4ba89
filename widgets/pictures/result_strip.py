"""Thumbnails of a batch with their mean and where they disagree, and of what they are to be compared with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from widgets.drawing.colour_scale import ROOM, draw_scale
from widgets.drawing.painted import Painted, fitted
from widgets.drawing.pixmaps import HEAT_MAP, Pyramid, disagreement, draw_image, heat, to_qimage

GAP = 8
CAPTION, LINE = 20, 14  # px under a tile: of one line, and of one more
PAD = 6
RADIUS = 3.0
SMALLEST = 48.0  # px; below that the row scrolls instead


class ResultStrip(Painted):
    """A row of results: one tile a sample, then their mean and their disagreement as a heat map with its scale, then
    pictures beside them. A caption may have a second line, for figures.

    Keys: Shift+arrows, Up and Down select, Enter activates. The wheel scrolls when the row is too long.

    Signals: current_changed(int) with the selected tile: 0 … B-1 are samples, `mean_index` and `disagreement_index` the
    two summaries, from `beside_index` on the pictures beside, -1 = none; activated(int) on double click or Enter;
    context_requested(int, QPoint) with a global position.
    """

    current_changed = Signal(int)
    activated = Signal(int)
    context_requested = Signal(int, QPoint)

    def __init__(self, name: str = "Results", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._tiles: list[Pyramid] = []
        self._captions: list[str] = []
        self._samples = self._beside = 0
        self._high = 0.0
        self._current = -1
        self._scroll = 0.0
        self.setMinimumHeight(72)
        self.set_empty_text("Results appear here.")

    def sizeHint(self) -> QSize:
        return QSize(480, 112)

    def set_results(self, images: NDArray[np.floating], captions: Sequence[str],
                    beside: Sequence[tuple[Pyramid, str]] = ()) -> None:
        """Show a batch (B, C, H, W) in [-1, 1] with its captions; two or more get a mean and a disagreement.

        captions: of the samples, and then perhaps of the two summaries; beside: further pictures with their captions.

        Disagreement is the standard deviation over the samples, averaged over channels, in image
        units; its scale reaches from 0 to the largest value.
        """
        self._samples = len(images)
        self._tiles = [Pyramid(to_qimage(image)) for image in images]
        told = list(captions)[: self._samples] + [""] * (self._samples - len(captions))
        if self._samples > 1:
            spread = disagreement(images)
            self._high = float(np.nan_to_num(spread).max())
            self._tiles += [Pyramid(to_qimage(images.mean(axis=0))), Pyramid(to_qimage(heat(spread, 0, self._high)))]
            told += captions[self._samples:][:2] or ["mean", "disagreement"]
        self._beside = len(beside)
        self._tiles += [picture for picture, _ in beside]
        self._captions = told + [caption for _, caption in beside]
        if self._current >= len(self._tiles):
            self.select(-1)
        self._scroll = min(self._scroll, self._overflow())
        self.update()

    def clear(self) -> None:
        """Show the empty sentence."""
        self.set_results(np.zeros((0, 1, 1, 1), np.float32), [])

    @property
    def count(self) -> int:
        """Number of tiles, summaries included."""
        return len(self._tiles)

    @property
    def mean_index(self) -> int:
        """Number of the mean, -1 when there is none."""
        return self._samples if self._samples > 1 else -1

    @property
    def disagreement_index(self) -> int:
        """Number of the disagreement, -1 when there is none."""
        return self._samples + 1 if self._samples > 1 else -1

    @property
    def beside_index(self) -> int:
        """Number of the first picture beside the results, -1 when there is none."""
        return self.count - self._beside if self._beside else -1

    @property
    def lines(self) -> int:
        """Of the captions: 2 where one has figures, else 1."""
        return 1 + any("\n" in caption for caption in self._captions)

    @property
    def current(self) -> int:
        """Number of the selected tile, -1 = none."""
        return self._current

    def caption(self, index: int) -> str:
        """The caption of a tile. Raises IndexError when there is none."""
        return self._captions[index]

    def select(self, index: int) -> None:
        """Select a tile by number and bring it into view; -1 selects none."""
        index = index if 0 <= index < self.count else -1
        if index == self._current:
            return
        self._current = index
        if index >= 0:
            self._reveal(self.tile_rect(index))
            self.setAccessibleDescription(self._told(index))
        self.update()
        self.current_changed.emit(index)

    def step(self, offset: int) -> None:
        """Select the tile so many places on, kept within the row."""
        self.select(min(max(self._current + offset, 0), self.count - 1))

    def _told(self, index: int) -> str:
        """A caption in one line."""
        return self._captions[index].replace("\n", " · ")

    # Geometry

    @property
    def _below(self) -> int:
        """Pixels of the captions."""
        return CAPTION + LINE * (self.lines - 1)

    def _tile_size(self) -> tuple[float, float]:
        """Width and height of a tile: as tall as the strip allows, smaller while that lets the whole row fit."""
        first = self._tiles[0].image
        aspect = first.width() / max(first.height(), 1)
        tallest = max(self.height() - self._below - 2 * PAD, 16)
        room = self.width() - 2 * PAD - (ROOM if self._samples > 1 else 0) + GAP
        # the height at which the whole row fits; where that is too small to see anything, the row scrolls
        fitting = (room / self.count - GAP) / aspect
        tall = min(tallest, max(fitting, min(SMALLEST, tallest)))
        return tall * aspect, tall

    def _length(self) -> float:
        scale = ROOM if self._samples > 1 else 0
        return self.count * (self._tile_size()[0] + GAP) - GAP + 2 * PAD + scale if self._tiles else 0.0

    def _overflow(self) -> float:
        return max(self._length() - self.width(), 0.0)

    def tile_rect(self, index: int) -> QRectF:
        """Where a tile lies on the widget; the row is centred when it fits."""
        wide, tall = self._tile_size()
        left = PAD - self._scroll if self._overflow() else (self.width() - self._length()) / 2 + PAD
        top = max((self.height() - tall - self._below) / 2, 0.0)
        # the scale stands between the disagreement and what is beside it
        left += ROOM if self._samples > 1 and index > self.disagreement_index else 0
        return QRectF(round(left + index * (wide + GAP)), round(top), wide, tall)

    def index_at(self, point: QPointF) -> int:
        """Number of the tile under a point of the widget, -1 = none."""
        return next((i for i in range(self.count) if self.tile_rect(i).contains(point)), -1)

    def tip_at(self, place: QPointF) -> str:
        """The caption of the result there, where it is cut."""
        below = self._below
        at = next((i for i in range(self.count) if self.tile_rect(i).adjusted(0, 0, 0, below).contains(place)), -1)
        metrics, said = QFontMetricsF(self.small_font()), self.caption(at).split("\n") if at >= 0 else []
        wide = max((metrics.horizontalAdvance(line) for line in said), default=0.0)
        return self._told(at) if at >= 0 and wide > self.tile_rect(at).width() + GAP else ""

    def _reveal(self, box: QRectF) -> None:
        # by as little as brings the tile into view
        over = box.right() + PAD - self.width()
        under = PAD - box.left()
        self._scroll = min(max(self._scroll + max(over, 0.0) - max(under, 0.0), 0.0), self._overflow())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self.theme.bg0))
            if not self._tiles:
                self.draw_empty(painter)
            for index in range(self.count):
                box = self.tile_rect(index)
                if box.right() >= 0 and box.left() <= self.width():
                    self._draw_tile(painter, index, box)
            if self._samples > 1:
                self._draw_scale(painter)
            self.draw_focus(painter)

    def _draw_tile(self, painter: QPainter, index: int, box: QRectF) -> None:
        draw_image(painter, _within(box, self._tiles[index]), self._tiles[index], RADIUS)
        font = self.small_font()
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text2))
        below = QRectF(box.left() - GAP, box.bottom() + 4, box.width() + 2 * GAP, CAPTION - 4)
        for said in self._captions[index].split("\n"):
            words = fitted(QFontMetricsF(font), said, box.width() + GAP, keep_last=True)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
            below.translate(0, LINE)
        if index == self._current:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), 5, 5)

    def _draw_scale(self, painter: QPainter) -> None:
        box = self.tile_rect(self.disagreement_index)
        place = QRectF(box.right() + GAP, box.top(), ROOM - GAP, box.height())
        draw_scale(painter, place, HEAT_MAP, (0.0, self._high), self.small_font(10), self.theme.text2)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.select(self.index_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if index >= 0:
            self.activated.emit(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().x() or event.angleDelta().y()
        self._scroll = min(max(self._scroll - turn / 2, 0.0), self._overflow())
        self.update()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.index_at(QPointF(event.pos()))
        self.select(index)
        self.context_requested.emit(index, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:  # plain ones step through time, in the window
            moves |= {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in moves and self.count:
            self.step(moves[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.activated.emit(self._current)
        else:
            super().keyPressEvent(event)


def _within(box: QRectF, picture: Pyramid) -> QRectF:
    """The largest rectangle of a picture's shape in the middle of a tile."""
    wide, tall = picture.image.width(), max(picture.image.height(), 1)
    scale = min(box.width() / max(wide, 1), box.height() / tall)
    # a picture of the tile's own shape fills it to the pixel
    if abs(wide * box.height() - tall * box.width()) < max(wide, tall):
        return box
    size = QSizeF(wide * scale, tall * scale)
    return QRectF(QPointF(box.center().x() - size.width() / 2, box.center().y() - size.height() / 2), size)
