"""Where the cells of a density lie that was painted: on a sheet around 0, whose numbers its points have."""

from __future__ import annotations

from dataclasses import dataclass

PLANE = (-6.0, -4.2, 6.0, 4.2)  # left, bottom, right, top
LINE = (-4.2, 4.2)  # left, right
CELL, NARROW = 0.06, 0.03  # width of a cell of the plane, and of one on a line


@dataclass(frozen=True, slots=True)
class Laid:
    """Where a density's lower left corner is, (2,) of the plane and (1,) on a line, and how wide its cells are."""

    corner: tuple[float, ...]
    width: float


def laid(rows: int, columns: int) -> Laid:
    """Where a density of (rows, columns) cells lies: in the middle of its sheet, as large as fits there.

    One that was painted fills its sheet; a picture from elsewhere, of any shape, lies as it would be seen on it.
    """
    left, bottom, right, top = PLANE
    if rows == 1:
        return Laid((LINE[0],), (LINE[1] - LINE[0]) / columns)
    width = min((right - left) / columns, (top - bottom) / rows)
    return Laid(((left + right - width * columns) / 2, (bottom + top - width * rows) / 2), width)
