"""A density on a line that is drawn as a curve: small Gaussians in a row, so that all of it is known exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from engines.analytic import Mixture
from engines.data.points.base import standardised
from engines.errors import BadInput
from engines.modalities.sheet import laid
from engines.units import Units

MOST = 512  # cells; of more, neighbours are taken together
SPREAD = 1.0  # standard deviation in cells: a flat curve is then flat to the eighth digit


def profile_mixture(heights: np.ndarray[Any, np.dtype[Any]]) -> Mixture:
    """The mixture with a Gaussian in the middle of each cell, as heavy as the cell is high.

    Args:
        heights: (W,) ≥ 0, from the left. Any scale.

    Returns it with mean 0 and variance 1. Raises BadInput when all are 0, or some are negative or not finite.
    """
    return standardised(_by_cells(heights))


def profile_units(heights: np.ndarray[Any, np.dtype[Any]]) -> Units:
    """Where values of `profile_mixture` lie on the sheet that the curve was drawn on; raises as that does."""
    sheet, known = laid(1, len(heights)), _by_cells(heights)
    width = sheet.width * _together(heights)
    return Units((sheet.corner[0] + width * (float(known.mean()) + 0.5),), width * float(known.covariance()) ** 0.5)


def _together(heights: np.ndarray[Any, np.dtype[Any]]) -> int:
    """How many cells are taken as one."""
    return -(-len(heights) // MOST)


def _by_cells(heights: np.ndarray[Any, np.dtype[Any]]) -> Mixture:
    """The mixture with the number of a cell, from 0, as its place."""
    if heights.ndim != 1 or not np.isfinite(heights).all() or (heights < 0).any():
        raise BadInput("A drawn density has values that are negative or not finite; draw it again.")
    if not heights.any():
        raise BadInput("Nothing is drawn; draw a curve first.")
    together = _together(heights)
    padded = np.pad(heights.astype(np.float64), (0, -len(heights) % together))
    weights = torch.as_tensor(padded.reshape(-1, together).sum(1))
    cells = weights.nonzero()[:, 0]
    spread = torch.full((len(cells), 1, 1), SPREAD**2, dtype=torch.float64)
    return Mixture(weights[cells] / weights.sum(), cells.double()[:, None], spread)
