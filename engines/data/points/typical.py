"""Two typical points of data that lie far apart, as the ends of a way that nobody has chosen yet."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.data.points.base import PointSet

COUNT = 512  # points that are looked at
NEIGHBOURS = 8  # within the reach of so many a point counts as lying as densely as it is small


def far_apart(data: PointSet) -> Tensor:
    """(2, d) float64: of the denser half of some points those that lie farthest apart, the one at the left first.

    data: bound to its files. The same data have the same ones.
    """
    rows = data.rows()
    points = rows if rows is not None and len(rows) <= COUNT else data.sample(COUNT, use="ends")
    reach = torch.cdist(points, points).kthvalue(min(NEIGHBOURS + 1, len(points)), dim=1).values
    dense = points[reach <= reach.median()]
    # where most rows of a table are one and the same point, all of them are looked at
    among = dense if bool((dense != dense[:1]).any()) else points
    apart = torch.cdist(among, among)
    pair = among[[int(apart.argmax()) // len(among), int(apart.argmax()) % len(among)]]
    return pair[pair[:, 0].argsort(stable=True)]
