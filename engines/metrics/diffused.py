"""The truth at any noise level, as what the particles of a run are measured against while they walk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import torch
from torch import Tensor

from engines.chance import generator
from engines.data.points.base import PointSet
from engines.metrics.points import EnergyTo, Points, likelihood, mode_weights, sliced_wasserstein
from engines.mixture import Mixture

CLEAN = 1e-3  # noise below which the density of the data itself counts, which may have none of a mixture's


@dataclass(frozen=True, slots=True)
class Figures:
    """How far points are from the truth; NaN for what is not known of it.

    energy, sliced: the distances; mode_error: the largest error of a mode's weight in [0, 1]; missed: modes with less
    than a tenth of their weight; nll: −log p in nats of the points where there is a density; outside: the share of
    the others.
    """

    energy: float
    sliced: float
    mode_error: float = math.nan
    missed: int = 0
    nll: float = math.nan
    outside: float = 0.0


def mean(found: Sequence[Figures]) -> Figures:
    """The mean of the figures of several sets of points, one at least; of a single one they are its own."""
    if len(found) == 1:
        return found[0]
    return Figures(fmean(one.energy for one in found), fmean(one.sliced for one in found),
                   fmean(one.mode_error for one in found), round(fmean(one.missed for one in found)),
                   fmean(one.nll for one in found), fmean(one.outside for one in found))


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

    def at(self, alpha: float, sigma: float) -> TruthAt:
        """The truth of alpha·x0 + sigma·eps."""
        return TruthAt(self._points(alpha, sigma, 0, "truth"), self._at(alpha, sigma),
                       self._data if self._whole and sigma < CLEAN and alpha > 1 - CLEAN else None,
                       self._distinct)

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


class TruthAt:
    """The truth at one level.

    Args:
        points: (M, d) of it; density: of it, None where there is none; data: the set itself without noise, whose own
            density counts there; distinct: whether its components are modes to be told apart.
    """

    def __init__(self, points: Tensor, density: Mixture | None, data: PointSet | None, distinct: bool) -> None:
        self.points, self._density, self._data, self._distinct = points, density, data, distinct
        self._energy = EnergyTo(points)

    def energy(self, x: Points) -> float:
        """The energy distance of points (N, d), of the first so many as there are of the truth."""
        return self._energy.distance(x[:len(self.points)])

    def figures(self, x: Points) -> Figures:
        """All that is known of points (N, d)."""
        seen = torch.as_tensor(x).detach().double()
        logs = self._logs(seen)
        told = likelihood(logs) if logs is not None else None
        weights = mode_weights(seen, self._density) if self._distinct and self._density is not None else None
        return Figures(self.energy(seen), sliced_wasserstein(seen[:len(self.points)], self.points),
                       math.nan if weights is None else weights.error, 0 if weights is None else weights.missed,
                       math.nan if told is None else told.nats, 0.0 if told is None else told.outside)

    def _logs(self, x: Tensor) -> Tensor | None:
        """log p of points: (N,), −inf where there is no density or a point is not finite; None where none is known."""
        finite = x.isfinite().all(1)
        seen = torch.where(finite[:, None], x, 0.0)
        if self._data is not None:
            logs = self._data.log_density(seen)
        else:
            logs = None if self._density is None else self._density.log_density(seen)
        return None if logs is None else logs.masked_fill(~finite, -torch.inf)
