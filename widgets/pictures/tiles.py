"""Where equal tiles go in a given space, and which one lies under a point."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

NEARLY = 0.83  # of the largest possible side: less is too high a price for rows of equal length


@dataclass(frozen=True, slots=True)
class Tiling:
    """Rectangles of `count` tiles in rows of `columns`, each `width` × `height`, in logical pixels.

    `pitch_x` and `pitch_y` are the distances between neighbours; `left`, `top` the first corner. A last row that is
    shorter stands in the middle under the others.
    """

    count: int
    columns: int
    left: float
    top: float
    width: float
    height: float
    pitch_x: float
    pitch_y: float

    def rect(self, index: int) -> QRectF:
        """The rectangle of a tile, its caption not included."""
        columns = max(self.columns, 1)
        row, column = divmod(index, columns)
        missing = columns - min(self.count - row * columns, columns)
        left = self.left + missing * self.pitch_x / 2
        return QRectF(left + column * self.pitch_x, self.top + row * self.pitch_y, self.width, self.height)

    def at(self, point: QPointF) -> int:
        """Number of the tile under a point, -1 in a gap."""
        return next((i for i in range(self.count) if self.rect(i).contains(point)), -1)


def tiling(count: int, aspect: float, width: float, height: float, *, gap: float, caption: float,
           together: int = 1) -> Tiling:
    """The arrangement with the largest tiles of an aspect (width / height) in a space, centred.

    `gap` lies between tiles and around them; `caption` is the height kept free under each; so many tiles as `together`
    belong to one another and stand in one row.
    """
    unit = together if 1 < together <= count else 1
    sides = {n: _side(n, count, aspect, width, height, gap, caption) for n in range(unit, count + 1, unit)}
    largest = max(sides.values(), default=1.0)
    # a somewhat smaller tile is worth it when the last row is full
    good = [n for n, side in sides.items() if side >= NEARLY * largest] or [1]
    # fewest empty places in the last row, one row for what belongs together, and the largest tile among equals
    best = min(good, key=lambda n: (-(-count // n) * n - count, unit > 1 and n != unit, -sides[n]))
    side = float(int(max(sides[best], 1.0)))
    rows = -(-count // best)
    tall = max(round(side / aspect), 1)
    pitch_x, pitch_y = side + gap, tall + caption + gap
    left, top = (width - best * pitch_x + gap) / 2, (height - rows * pitch_y + gap) / 2
    return Tiling(count, best, float(int(left)), float(int(top)), side, tall, pitch_x, pitch_y)


def _side(columns: int, count: int, aspect: float, width: float, height: float, gap: float, caption: float) -> float:
    """Width of a tile when there are so many columns."""
    rows = -(-count // columns)
    across = (width - gap) / columns - gap
    down = (height - gap) / rows - gap - caption
    return min(across, down * aspect)
