"""The tools of the mask canvas: what a press, a drag and a release do to a layer.

A tool is one small class; the canvas gives it a `Board` and repaints the boxes it gives back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

from widgets.masks.layer import PaintLayer
from widgets.masks.shapes import NOTHING, Box, Bytes, Patch, flooded, outline, rectangle, segment

SPECK = 6  # neighbours of eight


@dataclass(slots=True)
class Board:
    """What a tool works on: the layer, the brush (pixels) and the picture under it (H, W[, C])."""

    layer: PaintLayer
    guide: Bytes
    size: float = 42.0
    soft: float = 6.0
    pressure: float = 1.0
    tolerance: int = 24  # grey levels
    erase: bool = False
    last: QPointF | None = None


class Tool(ABC):
    """Base of the tools. `key` is the shortcut, `icon` a name in the icon set."""

    title = ""
    key = ""
    icon = ""
    hint = ""
    round_cursor = False
    cursor = Qt.CursorShape.CrossCursor

    @abstractmethod
    def press(self, board: Board, at: QPointF, straight: bool) -> Box:
        """Start at a point in picture coordinates; `straight` joins it to the last stroke. Gives the changed box."""

    def drag(self, board: Board, at: QPointF, straight: bool) -> Box:
        """Go on to a point; gives the changed box."""
        return NOTHING

    def release(self, board: Board) -> None:
        """Forget the drag."""
        del board

    def preview(self) -> QPainterPath:
        """An outline to show during the drag, in picture coordinates."""
        return QPainterPath()


class Brush(Tool):
    """Paints while it moves; shift joins the press to the end of the last stroke by a straight line."""

    title, key, icon = "Brush", "P", "brush"
    hint = "Paint. Shift joins strokes by a straight line, Ctrl erases."
    round_cursor = True
    cursor = Qt.CursorShape.BlankCursor

    def press(self, board: Board, at: QPointF, straight: bool) -> Box:
        """Start a stroke, or join it to the end of the last one."""
        start = board.last if straight and board.last is not None else at
        board.last = at
        return self._stroke(board, start, at)

    def drag(self, board: Board, at: QPointF, straight: bool) -> Box:
        """Draw on to a point."""
        start, board.last = board.last or at, at
        return self._stroke(board, start, at)

    def _stroke(self, board: Board, start: QPointF, end: QPointF) -> Box:
        # pressure makes the stroke thinner; the fade may not be wider than what is left of it
        size = board.size * board.pressure
        patch = segment(board.layer.shape, start, end, size, min(board.soft, size / 2))
        return board.layer.stamp(patch, self._erases(board))

    def _erases(self, board: Board) -> bool:
        return board.erase


class Eraser(Brush):
    """Brings the picture back while it moves."""

    title, key, icon = "Eraser", "E", "eraser"
    hint = "Erase paint, so that the picture shows again. Shift joins strokes by a straight line."

    def _erases(self, board: Board) -> bool:
        return not board.erase


class Rectangle(Tool):
    """Paints a rectangle between press and release; shift makes it square."""

    title, key, icon = "Rectangle", "R", "square-dashed"
    hint = "Drag a rectangle. Shift makes it square, Ctrl erases."

    def __init__(self) -> None:
        self._start = QPointF()

    def press(self, board: Board, at: QPointF, straight: bool) -> Box:
        """Set the first corner."""
        self._start = at
        return NOTHING

    def drag(self, board: Board, at: QPointF, straight: bool) -> Box:
        """Set the other corner; the rectangle is drawn anew."""
        end = self._squared(at) if straight else at
        changed = board.layer.restart()
        patch = rectangle(board.layer.shape, self._start, end, board.soft)
        return changed.united(board.layer.stamp(patch, board.erase))

    def _squared(self, at: QPointF) -> QPointF:
        gap = at - self._start
        side = max(abs(gap.x()), abs(gap.y()))
        return self._start + QPointF(side if gap.x() >= 0 else -side, side if gap.y() >= 0 else -side)


class Lasso(Tool):
    """Paints the inside of a line drawn freely; the canvas shows the line until the release."""

    title, key, icon = "Lasso", "L", "lasso"
    hint = "Draw around a part to paint its inside. Ctrl erases."

    def __init__(self) -> None:
        self._points: list[QPointF] = []

    def press(self, board: Board, at: QPointF, straight: bool) -> Box:
        """Start the line."""
        self._points = [at]
        return NOTHING

    def drag(self, board: Board, at: QPointF, straight: bool) -> Box:
        """Draw the line on; its inside, closed by a straight line, is shown at once."""
        self._points.append(at)
        changed = board.layer.restart()
        patch = outline(board.layer.shape, self._points, board.soft)
        return changed.united(board.layer.stamp(patch, board.erase))

    def release(self, board: Board) -> None:
        """Drop the line."""
        self._points = []

    def preview(self) -> QPainterPath:
        """The line so far."""
        path = QPainterPath()
        path.addPolygon(QPolygonF(self._points))
        return path


class Fill(Tool):
    """Paints a region at once: the inside of a closed outline, else neighbours of a similar colour."""

    title, key, icon = "Fill", "G", "paint-bucket"
    hint = "Fill a closed outline, or an area of colours within the tolerance. Ctrl empties a painted area."

    def press(self, board: Board, at: QPointF, straight: bool) -> Box:
        """Fill the region around a point; outside the picture nothing happens."""
        row, column = int(np.floor(at.y())), int(np.floor(at.x()))
        height, width = board.layer.shape
        if not (0 <= row < height and 0 <= column < width):
            return NOTHING
        region = self._region(board, (row, column))
        cover = np.where(region, np.uint8(255), np.uint8(0))
        return board.layer.stamp(Patch(Box(0, 0, width, height), cover), board.erase)

    def _region(self, board: Board, at: tuple[int, int]) -> np.ndarray:
        pixels = board.layer.pixels
        strength = pixels if pixels.ndim == 2 else pixels[..., 3]
        # a soft edge counts as closed where it is at least half opaque
        painted = strength >= 128
        inside = flooded(painted if board.erase else ~painted, at)
        touches = inside[0].any() or inside[-1].any() or inside[:, 0].any() or inside[:, -1].any()
        # A region that paint closes off from the border is what an outline was drawn for.
        if board.erase or not touches:
            return inside
        return _closed(flooded(inside & _similar(board.guide, at, board.tolerance), at), inside)


def _similar(guide: Bytes, at: tuple[int, int], tolerance: int) -> np.ndarray:
    """Pixels of a picture whose every channel lies within a tolerance (grey levels) of one pixel."""
    # int16, since differences of uint8 wrap around
    gap = np.abs(guide.astype(np.int16) - guide[at].astype(np.int16))
    return (gap if gap.ndim == 2 else gap.max(axis=2)) <= tolerance


def _closed(region: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """A region (H, W) with the specks in it, which noise leaves: pixels with six or more of eight neighbours there."""
    padded = np.pad(region, 1).astype(np.uint8)
    height, width = region.shape
    around = sum(padded[i:i + height, j:j + width] for i in range(3) for j in range(3)) - region
    # a line of one pixel, which has three on its side, still parts two areas
    return region | (inside & (around >= SPECK))
