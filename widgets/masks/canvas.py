"""The canvas a user paints on: tools, pointer, keys and the hatched overlay."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QRegion,
    QTabletEvent,
    QTransform,
    QUndoStack,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from widgets.drawing.pixmaps import from_qimage
from widgets.drawing.theme import DARK, Theme
from widgets.masks.actions import CanvasActions, action, tool_actions
from widgets.masks.brush_share import BrushShare
from widgets.masks.history import NotKept, step_back, step_on
from widgets.masks.layer import MaskLayer
from widgets.masks.layered_view import LayeredView
from widgets.masks.overlay import MaskOverlay, draw_colours, draw_ring
from widgets.masks.tools import Board, Brush, Eraser, Fill, Lasso, Rectangle, Tool

SIZE_STEP = 1.15  # by ratio: a step feels the same on a small and on a large brush
TOLERANCE_STEP, MOST_TOLERANCE = 4, 128  # grey levels
SIZE_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class MaskCanvas(LayeredView):
    """A picture to paint on: the hole to be filled (mask mode), or colours on a copy (colour mode).

    The brush size is in picture pixels: `[` `]`, or the wheel with Ctrl or Alt; the wheel with Shift, or `{` `}`, sets
    the soft edge. Ctrl while painting erases, Esc drops a stroke under way. While Fill is chosen the keys and the wheel
    of the size set its tolerance. `commands` holds everything as QActions.

    Signals: tool_changed(object) with the Tool; brush_changed(float, float) with size and soft edge in pixels;
    tolerance_changed(int) in grey levels; context_requested(QPoint) with a global position; not_kept(str) with a
    sentence when a key could not undo; and those of LayeredView and ImageView.
    """

    tool_changed = Signal(object)
    brush_changed = Signal(float, float)
    tolerance_changed = Signal(int)
    context_requested = Signal(QPoint)
    not_kept = Signal(str)

    def __init__(self, name: str = "Canvas", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.tools: tuple[Tool, ...] = (Brush(), Eraser(), Rectangle(), Lasso(), Fill())
        self.tool: Tool = self.tools[0]
        self._board = Board(MaskLayer(1, 1), np.zeros((1, 1), np.uint8))
        self._overlay = MaskOverlay(self.theme.likelihood)
        self._pointer: QPointF | None = None
        self.brush_share = BrushShare()
        self.commands = self._make_commands()
        self.set_tool(self.tool)
        self.set_empty_text("Open, drop or paste an image to paint on.")

    def _make_commands(self) -> CanvasActions:
        for text, key, change in (("Larger brush", "]", lambda: self.grow_brush(1)),
                                  ("Smaller brush", "[", lambda: self.grow_brush(-1)),
                                  ("Softer edge", "}", lambda: self.set_brush(soft=self.brush_soft + 1)),
                                  ("Harder edge", "{", lambda: self.set_brush(soft=self.brush_soft - 1))):
            action(self, text, key, change)
        return CanvasActions(
            tools=tool_actions(self, self.tools, self.set_tool),
            invert=action(self, "Invert mask", "Ctrl+I", self.invert),
            clear=action(self, "Clear paint", "Del", self.clear),
        )

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self._overlay = MaskOverlay(theme.likelihood)
        super().set_theme(theme)

    def _adopt(self) -> None:
        if self.layer is not None:
            self._board.layer, self._board.last = self.layer, None
        super()._adopt()
        self._fit_brush()

    def _fit_brush(self) -> None:
        """Keep the brush in proportion to the picture."""
        if self.brush_share.fit(max(self.image_size.width(), self.image_size.height())):
            self._put_brush(*self.brush_share.pixels)

    def bring_back_brush(self, size: object, soft: object) -> None:
        """Take over size and soft edge as shares of the picture; damaged ones change nothing."""
        self.brush_share.bring_back(size, soft)
        if self.brush_share.side:
            self._put_brush(*self.brush_share.pixels)

    # Tool and brush

    def set_tool(self, tool: Tool | type[Tool]) -> None:
        """Choose a tool, by instance or class."""
        kind = tool if isinstance(tool, type) else type(tool)
        at = next(i for i, entry in enumerate(self.tools) if type(entry) is kind)
        self.cancel_stroke()
        self.tool = self.tools[at]
        self.commands.tools[at].setChecked(True)
        self.setCursor(self.tool.cursor)
        self.update()
        self.tool_changed.emit(self.tool)

    @property
    def brush_size(self) -> float:
        """Diameter of the brush in picture pixels."""
        return self._board.size

    @property
    def brush_soft(self) -> float:
        """Width of the soft edge in picture pixels, 0 = hard."""
        return self._board.soft

    def set_brush(self, size: float | None = None, soft: float | None = None) -> None:
        """Set size (1 to the longer side of the picture) and soft edge (0 to half the size), in picture pixels."""
        self._put_brush(self._board.size if size is None else size, self._board.soft if soft is None else soft)
        self.brush_share.learn(self._board.size, self._board.soft)

    def _put_brush(self, size: float, soft: float) -> None:
        limit = max(self.image_size.width(), self.image_size.height(), 1)
        before = self._brush_box()
        self._board.size = float(min(max(size, 1), limit))
        self._board.soft = float(min(max(soft, 0), self._board.size // 2))
        self.update(before.united(self._brush_box()).toAlignedRect())
        self.brush_changed.emit(self._board.size, self._board.soft)

    def grow_brush(self, steps: float) -> None:
        """Make the brush larger (steps > 0) or smaller by 15 % a step, at least by one pixel; of Fill the tolerance."""
        if isinstance(self.tool, Fill):
            self.set_tolerance(self.tolerance + round(steps * TOLERANCE_STEP))
            return
        size = round(self._board.size * SIZE_STEP**steps)
        if size == round(self._board.size):
            size += 1 if steps > 0 else -1
        self.set_brush(size)

    @property
    def tolerance(self) -> int:
        """How far the colours that Fill takes may lie from the one clicked, in grey levels."""
        return self._board.tolerance

    def set_tolerance(self, levels: int) -> None:
        """Set how far the colours that Fill takes may lie from the one clicked: 0 … 128 grey levels."""
        self._board.tolerance = min(max(levels, 0), MOST_TOLERANCE)
        self.tolerance_changed.emit(self._board.tolerance)

    # Painting on screen

    def draw_overlay(self, painter: QPainter, region: QRegion) -> None:
        """Draw the paint and the circle of the brush over the picture."""
        if self._document is None:
            return
        target, dirty = self.image_rect(), region.boundingRect()
        if self.colour_mode:
            draw_colours(painter, self._document.colours.pixels, target, dirty)
        else:
            self._overlay.draw(painter, self._document.mask.pixels, target, dirty)
        self._draw_preview(painter)
        self._draw_brush(painter)

    def _draw_preview(self, painter: QPainter) -> None:
        path = self.tool.preview()
        if path.isEmpty():
            return
        origin, scale = self.to_widget(QPointF(0, 0)), self.scale()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(DARK.text), 1))
        # the path is scaled, not the painter, so that the line stays one pixel wide at any zoom
        painter.drawPath(QTransform(scale, 0, 0, scale, origin.x(), origin.y()).map(path))

    def _show_preview(self) -> None:
        """Repaint what the preview covers; it may reach beyond the picture."""
        path = self.tool.preview()
        if not path.isEmpty():
            box, scale = path.boundingRect(), self.scale()
            area = QRectF(self.to_widget(box.topLeft()), box.size() * scale)
            self.update(area.adjusted(-2, -2, 2, 2).toAlignedRect())

    def _draw_brush(self, painter: QPainter) -> None:
        box = self._brush_box()
        if not box.isEmpty():
            draw_ring(painter, box)

    def _brush_box(self) -> QRectF:
        """What the brush circle covers on screen; empty when it is not shown."""
        if self._pointer is None or not self.tool.round_cursor or self._picture is None:
            return QRectF()
        reach = max(self._board.size * self.scale() / 2, 2.0) + 3
        return QRectF(self._pointer.x() - reach, self._pointer.y() - reach, 2 * reach, 2 * reach)

    def _point_at(self, place: QPointF | None) -> None:
        before, self._pointer = self._brush_box(), place
        for box in (before, self._brush_box()):
            self.update(box.toAlignedRect().adjusted(-1, -1, 1, 1))

    # Pointer and keys

    def _stroking(self) -> bool:
        return self.layer is not None and self._board.layer.busy

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self.panning or event.button() != Qt.MouseButton.LeftButton or self.layer is None:
            return
        self._board.erase = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if isinstance(self.tool, Fill) and self.image is not None:
            self._board.guide = from_qimage(self.image)
        self._board.layer.begin()
        self._show_box(self.tool.press(self._board, self.to_image(event.position()), bool(event.modifiers() & SHIFT)))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point_at(event.position())
        if self._stroking():
            straight = bool(event.modifiers() & SHIFT)
            self._show_box(self.tool.drag(self._board, self.to_image(event.position()), straight))
            self._show_preview()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self._stroking():
            self._show_preview()
            self.tool.release(self._board)
            self._finish(self._board.layer, self.tool.title)
        self.setCursor(self.tool.cursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick dabs are two dabs; fitting stays on Ctrl+0

    def cancel_stroke(self) -> None:
        """Drop the stroke under way, if there is one."""
        if self._stroking():
            self._show_box(self._board.layer.restart())
            self._board.layer.finish()
            self.tool.release(self._board)
            self.update()

    def tabletEvent(self, event: QTabletEvent) -> None:
        # Only the pressure is taken here; Qt turns the ignored event into the mouse event that paints.
        # back to a full brush for the mouse; never 0, or a light touch would paint nothing
        self._board.pressure = 1.0 if event.type() == QEvent.Type.TabletRelease else max(event.pressure(), 0.05)
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Alt turns the wheel sideways on some platforms, so both directions count.
        turn = (event.angleDelta().y() or event.angleDelta().x()) / 120.0
        if event.modifiers() & SIZE_KEYS:
            self.grow_brush(turn)
        elif event.modifiers() & SHIFT:
            self.set_brush(soft=self.brush_soft + round(turn))
        else:
            super().wheelEvent(event)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self._step(step_back)
        elif event.matches(QKeySequence.StandardKey.Redo):
            self._step(step_on)
        elif event.key() == Qt.Key.Key_Escape and self._stroking():
            self.cancel_stroke()
        else:
            super().keyPressEvent(event)

    def _step(self, step: Callable[[QUndoStack], None]) -> None:
        try:
            step(self.undo_stack)
        except NotKept as error:
            self.not_kept.emit(str(error))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        if event.key() == Qt.Key.Key_Space:
            self.setCursor(self.tool.cursor)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.context_requested.emit(event.globalPos())
