"""A small pad on which a blur is drawn: how the light of one point is spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.drawing.painted import Painted, tinted
from widgets.drawing.pixmaps import Bytes, Pyramid, draw_image, to_qimage

SIDE, LEAST = 15, 3  # pixels of a new kernel along a side, and of the smallest
SOFT = 0.55  # px over which the light of the brush falls off
PEN = 0.5  # px around the pointer that are as bright as can be


class KernelPad(Painted):
    """Brightness by pixel: the left button draws, the right one, or Shift, rubs out; Delete begins anew with a point.

    Signals: drawn(object, object) after each stroke or other change by the user, with the kernel (h, w) uint8 of before
    and of now; changed() whenever another kernel is shown.
    """

    drawn = Signal(object, object)
    changed = Signal()

    def __init__(self, name: str = "Kernel", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._kernel = point(SIDE)
        self._before: Bytes | None = None  # of a stroke that goes on
        self._last: QPointF | None = None
        self._picture: Pyramid | None = None
        self.setMinimumSize(96, 96)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip("Draw how the light of one point is spread: drag to draw, with the right button to rub out")

    def sizeHint(self) -> QSize:
        return QSize(132, 132)

    @property
    def kernel(self) -> Bytes:
        """What is drawn: (h, w) uint8, a copy."""
        return self._kernel.copy()

    def set_kernel(self, kernel: NDArray[np.uint8]) -> None:
        """Show a kernel (h, w) uint8, whose middle is the point itself; nothing of it is told as drawn."""
        self._kernel, self._picture = np.array(kernel, np.uint8), None
        self.setAccessibleDescription(f"{kernel.shape[1]} × {kernel.shape[0]} pixels")
        self.update()
        self.changed.emit()

    def replace(self, kernel: NDArray[np.uint8]) -> None:
        """Show another kernel as the user asked for it."""
        before = self.kernel
        if before.shape != kernel.shape or (before != kernel).any():
            self.set_kernel(kernel)
            self.drawn.emit(before, self.kernel)

    def start_anew(self) -> None:
        """Leave nothing but the point."""
        self.replace(point(self._kernel.shape[0]))

    def resize_kernel(self, side: int) -> None:
        """Give the kernel another side in pixels; what is drawn keeps its distance from the middle."""
        self.replace(recentred(self._kernel, side))

    # Drawing

    def board(self) -> QRectF:
        """Where the pixels are."""
        high, wide = self._kernel.shape
        scale = min((self.width() - 4) / wide, (self.height() - 4) / high)
        size = wide * scale, high * scale
        return QRectF((self.width() - size[0]) / 2, (self.height() - size[1]) / 2, *size)

    def _pixel(self, place: QPointF) -> QPointF:
        """A place of the widget in pixels of the kernel."""
        board = self.board()
        scale = self._kernel.shape[1] / max(board.width(), 1)
        return (place - board.topLeft()) * scale

    def _stroke(self, to: QPointF, *, rubs: bool) -> None:
        """Draw from the last place to this one."""
        end, start = self._pixel(to), self._pixel(self._last or to)
        steps = max(1, int(2 * (abs(end.x() - start.x()) + abs(end.y() - start.y()))))
        rows, columns = np.indices(self._kernel.shape) + 0.5
        light = np.zeros(self._kernel.shape)
        for share in np.linspace(0, 1, steps + 1):
            at = start + (end - start) * float(share)
            far = np.hypot(rows - at.y(), columns - at.x())
            light = np.maximum(light, np.exp(-(np.clip(far - PEN, 0, None) / SOFT) ** 2))
        now = self._kernel * (1 - light) if rubs else np.maximum(self._kernel, 255 * light)
        self._last = to
        self.set_kernel(now.round().astype(np.uint8))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._before, self._last = self.kernel, None
            self._stroke(event.position(), rubs=_rubs(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._before is not None:
            self._stroke(event.position(), rubs=_rubs(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        before, self._before = self._before, None
        if before is not None and (before != self._kernel).any():
            self.drawn.emit(before, self.kernel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.start_anew()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = Pyramid(to_qimage(self._kernel))
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self.theme.bg0))
            board = self.board()
            draw_image(painter, board, self._picture)
            painter.setPen(QPen(QColor(self.theme.line), 1))
            painter.drawRect(board)
            painter.setPen(QPen(tinted(self.theme.likelihood, 0.7), 1))
            middle = _middle(self._kernel, board)
            painter.drawRect(middle)
            self.draw_focus(painter)


def _rubs(event: QMouseEvent) -> bool:
    right = event.button() == Qt.MouseButton.RightButton or bool(event.buttons() & Qt.MouseButton.RightButton)
    return right or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


def _middle(kernel: Bytes, board: QRectF) -> QRectF:
    """The pixel of the point itself."""
    high, wide = kernel.shape
    side = board.width() / wide
    return QRectF(board.left() + (wide // 2) * side, board.top() + (high // 2) * side, side, side)


def point(side: int) -> Bytes:
    """The kernel (side, side) that blurs nothing: its middle alone is bright."""
    kernel = np.zeros((side, side), np.uint8)
    kernel[side // 2, side // 2] = 255
    return kernel


def recentred(kernel: NDArray[np.uint8], side: int) -> Bytes:
    """A kernel (h, w) on (side, side), middle on middle; what reaches out is cut."""
    found = np.zeros((side, side), np.uint8)
    high, wide = kernel.shape
    rows = np.arange(side) - side // 2 + high // 2
    columns = np.arange(side) - side // 2 + wide // 2
    there, across = (rows >= 0) & (rows < high), (columns >= 0) & (columns < wide)
    found[np.ix_(there, across)] = kernel[np.ix_(rows[there], columns[across])]
    return found
