"""How samples of a posterior lie beside the exact one: bias, spread, calibration, weights of modes, and distance."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engines.metrics.points import EnergyTo, mode_weights
from engines.mixture import Mixture

LEVELS = tuple(k / 20 for k in range(1, 20))  # credible levels, 5 % to 95 %
EDGES_BY = 4000  # exact samples that distances are measured with, and by which the edges of credible regions are told


@dataclass(frozen=True, slots=True)
class PosteriorFigures:
    """Figures of samples against an exact posterior; each is known for exact samples.

    bias: length of the error of the mean over the posterior's standard deviation √tr C, 0 for exact samples;
    spread: √(tr Ĉ / tr C), 1 for exact samples; covariance: ‖Ĉ − C‖ over ‖C‖ (Frobenius), 0 for exact samples;
    weights: largest error of a mode's weight, in [0, 1]; energy: energy distance to the posterior over that of its
    spread, √tr C, 0 for exact samples; coverage: the share of the samples in the region of highest density that holds
    each of `LEVELS` of the posterior, those levels themselves for exact samples.
    """

    bias: float
    spread: float
    covariance: float
    weights: float
    energy: float
    coverage: tuple[float, ...]

    @property
    def miscalibration(self) -> float:
        """The largest distance between coverage and level, in [0, 1]."""
        return max(abs(found - level) for found, level in zip(self.coverage, LEVELS, strict=True))


class Yardstick:
    """Measures samples against one exact posterior whose covariances are regular.

    Args:
        exact: the posterior.
        count: exact samples that distances and levels are measured with.
        seed: of those samples.
    """

    def __init__(self, exact: Mixture, count: int = EDGES_BY, seed: int = 0) -> None:
        self.exact = exact
        drawn, levels = exact.sample(count, seed), torch.tensor(LEVELS, dtype=torch.float64)
        self._covariance, self._energy = exact.covariance(), EnergyTo(drawn)
        self._scale = float(self._covariance.trace().sqrt())
        self._edges = exact.log_density(drawn).quantile(1 - levels)

    def figures(self, x: Tensor) -> PosteriorFigures:
        """The figures of samples x (N, d), N ≥ 2."""
        points = x.detach().double().cpu()
        own = _covariance(points)
        weights = mode_weights(points, self.exact).error if len(self.exact.weights) > 1 else 0.0
        return PosteriorFigures(
            _size(points.mean(0) - self.exact.mean()) / self._scale,
            float((own.trace() / self._covariance.trace()).sqrt()),
            _size(own - self._covariance) / _size(self._covariance), weights,
            self._energy.distance(points) / self._scale, self.coverage(points))

    def coverage(self, points: Tensor) -> tuple[float, ...]:
        """The share of points (N, d) in each region of highest density of `LEVELS`, whose edges exact samples tell.

        The region of level p is where the density is above its (1 − p)-quantile over exact samples (Hyndman 1996).
        """
        found = self.exact.log_density(points)
        return tuple(float((found >= edge).double().mean()) for edge in self._edges)


def against(x: Tensor, exact: Mixture, count: int = EDGES_BY, seed: int = 0) -> PosteriorFigures:
    """The figures of samples x (N, d) of an exact posterior; arguments as of `Yardstick`."""
    return Yardstick(exact, count, seed).figures(x)


def _covariance(points: Tensor) -> Tensor:
    """Of points (N, d): (d, d), unbiased."""
    centred = points - points.mean(0)
    return centred.T @ centred / (len(points) - 1)


def _size(x: Tensor) -> float:
    """The root of the sum of all squares."""
    return float(x.square().sum().sqrt())


def averaged(found: list[PosteriorFigures]) -> PosteriorFigures:
    """The mean over several measurements, at least one."""
    rows = torch.tensor([[one.bias, one.spread, one.covariance, one.weights, one.energy, *one.coverage]
                         for one in found], dtype=torch.float64).mean(0)
    bias, spread, covariance, weights, energy, *shares = (float(value) for value in rows)
    return PosteriorFigures(bias, spread, covariance, weights, energy, tuple(shares))
