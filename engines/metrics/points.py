"""How far points are from the truth: distances of two sets, the weights of modes, and the likelihood under a density.

Points are arrays or tensors (N, d), or (N,) for d = 1; figures are floats. Points that are not finite give NaN or
infinity, never an error: a sampler that diverged is a result as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.errors import BadInput
from engines.metrics.frechet import frechet_gaussians

Points = np.ndarray[Any, np.dtype[Any]] | Tensor

PAIRED = 10_000  # points of a set whose distances are taken pair by pair; of a larger one the first so many
AT_ONCE = 2**21  # distances held at a time
DIRECTIONS = 64
REACH = 6  # times its spread, or half the way to the next if that is more: how far about its mean a mode has points
FEW = 0.1  # share of its weight below which a mode counts as missed


def energy_distance(x: Points, y: Points) -> float:
    """2 E|X − Y| − E|X − X'| − E|Y − Y'| of two sets, which is 0 for equal ones only (Székely & Rizzo 2013).

    The V-statistic: all pairs count, those of a point with itself too. So it is never negative, and exact for the
    two sets as they are; of N and M independent points of one distribution it is (1/N + 1/M)·E|X − X'| on average,
    not 0. On a line it is exact for any number of points; elsewhere sets beyond 10,000 are cut to their first ones.
    """
    return EnergyTo(y).distance(x)


class EnergyTo:
    """`energy_distance` to one and the same set, whose own part is computed once.

    Args:
        y: (M, d).
    """

    def __init__(self, y: Points) -> None:
        self._y = _paired(_points(y))

    @cached_property
    def _own(self) -> float:
        return _mean_distance(self._y, self._y)

    def distance(self, x: Points) -> float:
        """The distance of a set (N, d); raises BadInput where d is another."""
        points = _points(x)
        _same_dimension(points, self._y)
        if points.shape[1] == 1:
            return _energy_on_a_line(points[:, 0], self._y[:, 0])
        points = _paired(points)
        found = 2 * _mean_distance(points, self._y) - _mean_distance(points, points) - self._own
        return found if math.isnan(found) else max(0.0, found)  # rounding of equal sets


def sliced_wasserstein(x: Points, y: Points, power: float = 2.0, directions: int = DIRECTIONS) -> float:
    """The Wasserstein distance of order `power` of both sets seen along lines: the mean over directions of W_p^p, ^1/p.

    On each line it is exact, also for sets of unequal size (Bonneel et al. 2015). The directions are fixed: in the
    plane evenly spread, so that a shift by v is |v|/√2 away for power 2; beyond it drawn once and for all.
    """
    a, b = _points(x), _points(y)
    _same_dimension(a, b)
    if not (bool(a.isfinite().all()) and bool(b.isfinite().all())):
        return math.nan
    along = _directions(a.shape[1], directions)
    a, b = (a @ along.T).sort(dim=0).values, (b @ along.T).sort(dim=0).values
    share, left, right = _matched(len(a), len(b))
    cost = (share[:, None] * (a[left] - b[right]).abs() ** power).sum(0)
    return float(cost.mean() ** (1 / power))


@dataclass(frozen=True, slots=True, eq=False)
class ModeWeights:
    """How much of a set belongs to each component of a mixture: found and true weights (K,).

    The true ones have a sum of 1; the found ones lack the share of the points that belong to none.
    """

    found: np.ndarray[Any, np.dtype[np.float64]]
    true: np.ndarray[Any, np.dtype[np.float64]]

    @property
    def error(self) -> float:
        """The largest difference of a weight."""
        return float(np.abs(self.found - self.true).max())

    @property
    def missed(self) -> int:
        """Components with less than a tenth of their weight; all of them where points are not finite."""
        return int(len(self.true) - (self.found >= FEW * self.true).sum())

    @property
    def wrong(self) -> float:
        """The least share of the samples that would have to change to have the true weights: those missing, summed.

        ½ Σ|ŵ − w| where all samples are near the data, the distance of total variation.
        """
        return float((self.true - self.found).clip(0).sum())


def mode_weights(x: Points, truth: Mixture) -> ModeWeights:
    """The mean responsibility of each component for the points; NaN where all are too far, or any is not finite.

    Unlike a count of the nearest it has the true weights as its mean for samples of the truth, overlap or not. A point
    that is within reach of no mode belongs to none: all points in the middle of a ring would else have its weights.
    """
    points = _points(x)
    if not bool(points.isfinite().all()) or not bool((near := _within_reach(points, truth)).any()):
        return ModeWeights(np.full(len(truth.weights), np.nan), truth.weights.numpy())
    shares = truth.responsibilities(points[near]).sum(0) / len(points)
    return ModeWeights(shares.numpy(), truth.weights.numpy())


def _within_reach(points: Tensor, truth: Mixture) -> Tensor:
    """Which points (N,) are within reach of any mode; of exact samples all but some 10⁻⁹."""
    reach = REACH * truth.covariances.diagonal(dim1=1, dim2=2).sum(1).sqrt()
    if len(reach) > 1:
        apart = torch.cdist(truth.means, truth.means)
        reach = torch.maximum(reach, apart.fill_diagonal_(math.inf).amin(1) / 2)
    return (torch.cdist(points, truth.means) <= reach).any(1)


@dataclass(frozen=True, slots=True)
class MeanNLL:
    """−log p of points under a density.

    nats: the mean of those that it can produce, NaN where there is none; outside: the share of the others, for which
    −log p is infinite.
    """

    nats: float
    outside: float


def mean_nll(log_density: Points) -> MeanNLL:
    """The negative log-likelihood per point from log p of every point (N,), −inf where there is no density.

    For samples of the truth it is the entropy of the truth on average; lower is not better: points that all lie in
    the densest place are likely, and no samples.
    """
    logs = torch.as_tensor(log_density).detach().double().cpu()
    inside = logs.isfinite()
    return MeanNLL(float(-logs[inside].mean()) if bool(inside.any()) else math.nan, float((~inside).double().mean()))


def moment_distance(x: Points, truth: Mixture) -> float:
    """The Fréchet distance of the points' mean and covariance to the truth's: 0 for any shape with both.

    NaN for a single point, which has no covariance.
    """
    points = _points(x).numpy()
    if len(points) < 2 or not np.isfinite(points).all():
        return math.nan
    found = np.cov(points, rowvar=False)
    return frechet_gaussians(points.mean(0), found, truth.mean().numpy(), truth.covariance().numpy())


def _points(x: Points) -> Tensor:
    """(N, d) float64 on the CPU; raises BadInput for another shape or none at all."""
    points = torch.as_tensor(x).detach().double().cpu()
    points = points[:, None] if points.ndim == 1 else points
    if points.ndim != 2 or not len(points):
        raise BadInput(f"Distances need points (N, d), one at least, not an array of shape {tuple(points.shape)}.")
    return points


def _same_dimension(a: Tensor, b: Tensor) -> None:
    if a.shape[1] != b.shape[1]:
        raise BadInput(f"Points of {a.shape[1]} numbers cannot be compared with points of {b.shape[1]}; "
                       "choose data of the same dimension.")


def _paired(points: Tensor) -> Tensor:
    """Those that are compared pair by pair; independent samples lose nothing but number."""
    return points if points.shape[1] == 1 else points[:PAIRED]


def _mean_distance(a: Tensor, b: Tensor) -> float:
    """E|A − B| over all pairs."""
    rows = max(1, AT_ONCE // len(b))
    # by differences: the quicker way by products loses half of the digits for points that lie close
    # as floats: tensors of one number that are kept would lie between the large ones, and memory grow with their holes
    sums = [float(torch.cdist(a[first:first + rows], b, compute_mode="donot_use_mm_for_euclid_dist").sum())
            for first in range(0, len(a), rows)]
    return float(torch.tensor(sums, dtype=torch.float64).sum()) / (len(a) * len(b))


def _energy_on_a_line(a: Tensor, b: Tensor) -> float:
    """2 ∫ (F − G)² dx of the distribution functions of both sets, which is their energy distance."""
    if not (bool(a.isfinite().all()) and bool(b.isfinite().all())):
        return math.nan
    places, (a, b) = torch.cat([a, b]).sort().values, (a.sort().values, b.sort().values)
    f, g = (torch.searchsorted(points, places[:-1], right=True).double() / len(points) for points in (a, b))
    return float(2 * ((f - g).square() * places.diff()).sum())


def _directions(dimension: int, count: int) -> Tensor:
    """Unit vectors (count, d), opposite ones counted once; one on a line."""
    if dimension == 1:
        return torch.ones(1, 1, dtype=torch.float64)
    if dimension == 2:
        angles = torch.arange(count, dtype=torch.float64) * math.pi / count
        return torch.stack([angles.cos(), angles.sin()], 1)
    drawn = torch.randn(count, dimension, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return drawn / drawn.square().sum(1, keepdim=True).sqrt()


def _matched(n: int, m: int) -> tuple[Tensor, Tensor, Tensor]:
    """How sorted sets of n and m points are matched at least cost: shares (P,) and the indices (P,) into each."""
    # both quantile functions are constant between these levels; in whole numbers, so that none is split by rounding
    levels = np.union1d(np.arange(n + 1) * m, np.arange(m + 1) * n)
    share, starts = torch.as_tensor(np.diff(levels)).double() / (n * m), torch.as_tensor(levels[:-1])
    return share, starts // m, starts // n
