"""How a finite set of points is best seen: so far that all are in sight, and as a density that is no row of needles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from widgets.drawing.plane import Floats
from workbench import bridge

if TYPE_CHECKING:
    from engines.data.points.base import PointSet

FEW = 1000  # points up to which the mixture that stands for them has a needle for nearly each
WITHIN = 0.999  # share of the points that is in sight: of a thousand the farthest may be anywhere
AIR = 1.06  # so that no point lies on the edge


@dataclass(frozen=True, slots=True)
class Rows:
    """Of points (N, d) at the scale of all sets; of a set without end nothing.

    reach: how far from 0 they lie in each column, () for none. beyond: (M, d) how far those few do that lie farther
    off; count: of all points.
    blur: standard deviation by which their density is drawn wider, 0 where that is not needed.
    """

    reach: tuple[float, ...] = ()
    beyond: Floats | None = field(default=None, compare=False)
    count: int = 0
    blur: float = 0.0

    @classmethod
    def of(cls, data: PointSet) -> Self:
        """What a data set asks for."""
        rows = data.rows()
        return cls() if rows is None else cls.found(np.asarray(bridge.array(rows), np.float64))

    @classmethod
    def found(cls, rows: Floats) -> Self:
        """What points (N, d) ask for."""
        reach = AIR * np.quantile(np.abs(rows), WITHIN, axis=0, method="higher")
        beyond, (count, d) = np.abs(rows[(np.abs(rows) > reach).any(1)]), rows.shape
        # half of Scott's rule, as data have several modes
        blur = 0.5 * count ** (-1 / (d + 4)) if count <= FEW else 0.0
        return cls(tuple(reach.tolist()), beyond, count, blur)

    def remark(self, view: Sequence[float]) -> str:
        """A sentence on points that are not in sight, "" where all are; view: how far from 0 it goes in each column."""
        outside = 0 if self.beyond is None else int((self.beyond > np.asarray(view)[: len(self.reach)]).any(1).sum())
        if not outside:
            return ""
        return (f"{outside:,} of {self.count:,} points of the data {'lies' if outside == 1 else 'lie'} outside "
                "of the first view; zoom out to see them.")
