"""A density on a line that is drawn as a curve: small Gaussians in a row, so that all of it is known exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from engines.analytic import Mixture
from engines.data.points.base import standardised
from engines.errors import BadInput

MOST = 512  # cells; of more, neighbours are taken together
SPREAD = 1.0  # standard deviation in cells: a flat curve is then flat to the eighth digit


def profile_mixture(heights: np.ndarray[Any, np.dtype[Any]]) -> Mixture:
    """The mixture with a Gaussian in the middle of each cell, as heavy as the cell is high.

    Args:
        heights: (W,) ≥ 0, from the left. Any scale.

    Returns it with mean 0 and variance 1. Raises BadInput when all are 0, or some are negative or not finite.
    """
    if heights.ndim != 1 or not np.isfinite(heights).all() or (heights < 0).any():
        raise BadInput("A drawn density has values that are negative or not finite; draw it again.")
    if not heights.any():
        raise BadInput("Nothing is drawn; draw a curve first.")
    together = -(-len(heights) // MOST)
    padded = np.pad(heights.astype(np.float64), (0, -len(heights) % together))
    weights = torch.as_tensor(padded.reshape(-1, together).sum(1))
    cells = weights.nonzero()[:, 0]
    spread = torch.full((len(cells), 1, 1), SPREAD**2, dtype=torch.float64)
    return standardised(Mixture(weights[cells] / weights.sum(), cells.double()[:, None], spread))
