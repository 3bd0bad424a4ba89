"""A Gaussian mixture that stands for data of which no mixture is known: a density with edges, a cloud of points."""
# torch.unique carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engines.analytic import Mixture

MOST_COMPONENTS = 256  # components: exact enough to see no difference, and still quick
COUNT = 40_000  # points that a density is told by
FINEST, COARSER = 0.04, 1.12  # width of the first cells in data units, and how much wider the next try is
SMOOTH, LEAST = 2.2, 0.2  # times the variance within a cell, so that neighbours merge; standard deviation in cells


def approximated(points: Tensor, most: int = MOST_COMPONENTS) -> Mixture:
    """At most `most` Gaussians, one for each cell of a grid that holds points, with their share, mean and covariance.

    Args:
        points: (N, d) at the scale of all sets (a variance of about 1).

    The covariance is a little larger than that of the cell's points: the sum would else show the grid.
    """
    width = FINEST
    while True:
        cells, which = _cells((points / width).floor().long())
        if len(cells) <= most:
            break
        width *= COARSER
    count, d = torch.bincount(which, minlength=len(cells)).double(), points.shape[1]
    means = torch.zeros(len(cells), d, dtype=torch.float64).index_add(0, which, points) / count[:, None]
    away = points - means[which]
    squares = torch.zeros(len(cells), d, d, dtype=torch.float64).index_add(0, which, away[:, :, None] * away[:, None])
    floor = (LEAST * width) ** 2 * torch.eye(d, dtype=torch.float64)
    return Mixture(count / len(points), means, SMOOTH * squares / count[:, None, None] + floor)


def _cells(places: Tensor) -> tuple[Tensor, Tensor]:
    """The different rows of places (N, d) in order, and which of them each is."""
    places = places - places.amin(0)
    spans = (places.amax(0) + 1).tolist()
    # one number for a row: sorting a million rows as rows takes seconds
    keys = places[:, 0]
    for k in range(1, places.shape[1]):
        keys = keys * spans[k] + places[:, k]
    found: Any = torch.unique(keys, return_inverse=True)
    return found[0], found[1]
