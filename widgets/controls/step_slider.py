"""The slider over the recorded steps of a run, and the place of a step along it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.drawing.painted import Painted, tinted

PAD = 7.0  # px, the knob's radius: at either end it stays inside
HEIGHT = 24
MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10}


def place(step: float, total: int, width: float) -> float:
    """x of a step in a strip of a width, so that slider, tree and plots line up."""
    return PAD + (width - 2 * PAD) * step / max(total, 1)


def step_at(x: float, total: int, width: float) -> int:
    """The step, 0 to total, nearest to x."""
    # the inverse of `place`; a strip narrower than its knob must not divide by 0
    share = (x - PAD) / max(width - 2 * PAD, 1.0)
    return min(max(round(share * total), 0), total)


class StepSlider(Painted):
    """A slider over steps 0 to total, of which those recorded so far can be reached.

    Signals: moved(int) when the user goes to another step; play_pressed() on space;
    keyed() when a key goes to a step.

    Attributes: first, the first step there is: that of a branch, or of an edit, may be a later one than 0.
    """

    moved = Signal(int)
    play_pressed = Signal()
    keyed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Step", parent)
        self.total = 0
        self.recorded = 0
        self.step = self.first = 0
        self.markers: tuple[int, ...] = ()
        self.setFixedHeight(HEIGHT)
        self.setToolTip("Drag or use the arrows to go through the steps (space plays)")

    def set_state(self, step: int, recorded: int, total: int) -> None:
        """Show a step, the last recorded step and the number of steps, without a signal."""
        self.total = max(total, 0)
        self.recorded = min(max(recorded, 0), self.total)
        self.step = min(max(step, 0), self.recorded)
        self.setAccessibleDescription(f"step {self.step} of {self.total}, {self.recorded} recorded")
        self.update()

    def set_first(self, first: int) -> None:
        """Let the steps begin later than with 0."""
        self.first = max(first, 0)
        self.update()

    def set_markers(self, steps: Sequence[int]) -> None:
        """Mark steps, e.g. where branches begin."""
        self.markers = tuple(steps)
        self.update()

    def go(self, step: int) -> None:
        """Go to a step as the user would, kept within what is recorded."""
        wanted = min(max(step, self.first), self.recorded)
        if wanted != self.step:
            self.set_state(wanted, self.recorded, self.total)
            self.moved.emit(wanted)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.go(step_at(event.position().x(), self.total, self.width()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.go(step_at(event.position().x(), self.total, self.width()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.go(self.step + (1 if event.angleDelta().y() > 0 else -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)  # with Shift the arrows select samples, which the window does
        elif key in MOVES:
            self.keyed.emit()
            self.go(self.step + MOVES[key] * (10 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.keyed.emit()
            self.go(0 if key == Qt.Key.Key_Home else self.recorded)
        elif key == Qt.Key.Key_Space:
            self.play_pressed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self.theme.bg1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            middle, width = HEIGHT / 2, float(self.width())
            at = place(self.step, self.total, width)
            start = place(self.first, self.total, width) if self.first else 0.0
            self._track(painter, 0, width, self.theme.bg3)
            if self.recorded < self.total:
                # what can be reached already, paler than what lies behind the knob
                painter.setBrush(tinted(self.theme.accent, 0.4))
                reach = place(self.recorded, self.total, width)
                painter.drawRoundedRect(QRectF(start, middle - 1.5, max(reach - start, 0.0), 3), 1.5, 1.5)
            self._track(painter, start, max(at, start) if self.total else start, self.theme.accent)
            self._marks(painter)
            painter.setBrush(QColor(self.theme.text if self.total else self.theme.line))
            painter.drawEllipse(QPointF(at, middle), PAD, PAD)
            self.draw_focus(painter)

    def _track(self, painter: QPainter, left: float, right: float, colour: str) -> None:
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(left, HEIGHT / 2 - 1.5, right - left, 3), 1.5, 1.5)

    def _marks(self, painter: QPainter) -> None:
        painter.setBrush(QColor(self.theme.guidance))
        for step in self.markers:
            x, y = place(step, self.total, float(self.width())), 4.0
            painter.drawPolygon(QPolygonF([QPointF(x - 3.5, y - 3.5), QPointF(x + 3.5, y - 3.5), QPointF(x, y + 2)]))
