"""A density while it is painted: cells in [0, 1], the first row on top, of the plane or of a line.

Of the plane a brush adds to it softly or takes from it; on a line the mouse draws its curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.modalities.sheet import CELL, LINE, NARROW, PLANE
from widgets.drawing.plane import Box, Floats

Ink = NDArray[np.float32]
LEVELS = 255
DABS = 64 / 15  # what the dabs of one stroke, a quarter of the radius apart, add up to in its middle
MOST = 0.995  # share that one stroke adds at most: with all of it the first dab alone would leave a hard edge


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the cells lie.

    box: of the data, left, bottom, right, top; on a line from 0 to the height that counts as 1. cells: (H, W).
    """

    box: Box
    cells: tuple[int, int]

    def blank(self) -> Ink:
        """Nothing painted yet: (H, W)."""
        return np.zeros(self.cells, np.float32)

    def places(self, points: Floats) -> Floats:
        """Points (N, 2) of the data as columns and rows from the upper left corner."""
        left, bottom, right, top = self.box
        rows, columns = self.cells
        return np.stack([(points[:, 0] - left) / (right - left) * columns,
                         (top - points[:, 1]) / (top - bottom) * rows], axis=1)


def plane_sheet() -> Sheet:
    """That of the plane: all that a wide canvas shows."""
    left, bottom, right, top = PLANE
    return Sheet(PLANE, (round((top - bottom) / CELL), round((right - left) / CELL)))


def line_sheet(highest: float) -> Sheet:
    """That of a line, up to a height."""
    left, right = LINE
    return Sheet((left, 0.0, right, highest), (1, round((right - left) / NARROW)))


def dabbed(ink: Ink, places: Floats, radius: float, strength: float, *, erase: bool = False) -> Ink:
    """The ink after soft dabs.

    Args:
        ink: (H, W); it stays as it is.
        places: (N, 2), columns and rows of the middles.
        radius: of a dab in cells; its edge falls to 0 as (1 − r²)².
        strength: share of what is missing to 1 that a stroke adds in its middle, or of the ink that it takes.
    """
    ink, share = ink.copy(), 1 - (1 - min(strength, MOST)) ** (1 / DABS)
    height, width = ink.shape
    for column, row in places.tolist():
        top, bottom = max(0, int(row - radius)), min(height, int(row + radius) + 1)
        left, right = max(0, int(column - radius)), min(width, int(column + radius) + 1)
        if top >= bottom or left >= right:
            continue
        down = (np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5 - row) / radius
        across = (np.arange(left, right, dtype=np.float32)[None] + 0.5 - column) / radius
        soft = share * np.clip(1 - down**2 - across**2, 0, None) ** 2
        part = ink[top:bottom, left:right]
        part += -soft * part if erase else soft * (1 - part)
    return ink


def curved(ink: Ink, places: Floats, *, erase: bool = False) -> Ink:
    """The ink (1, W) of a line after the mouse has gone through places (N, 2): its heights are those of the mouse.

    erase: they are 0 there. Cells between two places lie on the straight line between them.
    """
    ink, width = ink.copy(), ink.shape[1]
    for (x, y), (to, high) in zip(places[:-1].tolist(), places[1:].tolist(), strict=True):
        if to < x:
            x, y, to, high = to, high, x, y
        first, last = max(0, int(np.floor(x))), min(width - 1, int(np.floor(to)))
        middles = np.arange(first, last + 1) + 0.5
        heights = np.interp(middles, [x, max(to, x + 1e-9)], [y, high])
        ink[0, first:last + 1] = 0 if erase else np.clip(1 - heights, 0, 1)
    return ink


def area(ink: Ink, sheet: Sheet) -> float:
    """What is under a curve (1, W) on a line, 1 while there is none."""
    left, _, right, highest = sheet.box
    return float(ink.sum()) * highest * (right - left) / sheet.cells[1] or 1.0


def fixed(ink: Ink) -> NDArray[np.uint8]:
    """The density as it is kept: (H, W) uint8."""
    return (ink * LEVELS + 0.5).astype(np.uint8)


def taken_up(values: np.ndarray | None, sheet: Sheet) -> Ink:
    """The ink of a kept density, to be painted on; blank where there is none, or one of another sheet."""
    if values is None or values.dtype != np.uint8 or values.shape != sheet.cells:
        return sheet.blank()
    return values.astype(np.float32) / np.float32(LEVELS)
