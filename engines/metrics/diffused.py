"""The truth at any noise level, as what the particles of a run are measured against while they walk."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engines.chance import generator
from engines.data.points.base import PointSet
from engines.metrics.reference import Reference
from engines.mixture import Mixture

CLEAN = 1e-3  # noise below which the density of the data itself counts, which may have none of a mixture's


class DiffusedTruth:
    """Data and all that the forward process makes of them.

    Args:
        data: the set, bound to its files.
        known: the mixture that it is, or that stands in for its density.
        labels: the modes that were asked for, one for each sample; −1 and none for all of the data.
        count: points of the truth to compare with; of the samples as many count at most.
    """

    def __init__(self, data: PointSet, known: Mixture, labels: Sequence[int] = (), count: int = 2000) -> None:
        self.count, self._data = count, data
        asked = torch.tensor([label for label in labels if label >= 0], dtype=torch.int64)
        part = len(asked) == len(labels) > 0
        shares = torch.bincount(asked, minlength=len(known.weights)).double() if part else known.weights
        self._modes = shares > 0
        self._known = Mixture(shares[self._modes], known.means[self._modes], known.covariances[self._modes]) \
            if part else known
        self._whole = not part
        self._distinct = len(data.classes()) > 1 and len(self._known.weights) > 1

    def at(self, alpha: float, sigma: float) -> Reference:
        """The truth of alpha·x0 + sigma·eps; distances are those of the first so many points as it has itself."""
        density = self._at(alpha, sigma)
        log_density = density.log_density if density is not None else None
        if self._whole and sigma < CLEAN and alpha > 1 - CLEAN:
            log_density = self._data.log_density
        return Reference(self._points(alpha, sigma, 0, "truth"), log_density, density if self._distinct else None,
                         most=self.count)

    def fair(self, alpha: float, sigma: float, seed: int) -> Tensor:
        """As many exact points (count, d) of the same level: no sampler is nearer to the truth but by chance."""
        return self._points(alpha, sigma, seed, "fair", independent=True)

    def _points(self, alpha: float, sigma: float, seed: int, use: str, *, independent: bool = False) -> Tensor:
        draws = generator(seed, use)
        drawn = self._data.independent if independent else self._data.drawn
        x0 = drawn(self.count, draws) if self._whole else self._known.marked(self.count, draws)[0]
        return alpha * x0 + sigma * torch.randn(x0.shape, generator=draws, dtype=torch.float64)

    def _at(self, alpha: float, sigma: float) -> Mixture | None:
        """The density at a level; None where there is none, as of data on a curve without noise."""
        noised = self._known.noised(alpha, sigma)
        return None if noised.singular else noised
