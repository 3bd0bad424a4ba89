"""A point data set as the truth that samples are measured against."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from torch import Tensor

from engines.chance import generator
from engines.data.points.base import PointSet
from engines.metrics.points import Points, moment_distance
from engines.metrics.reference import Reference

REFERENCE = 10_000  # points that stand for the truth where only samples of it can be compared


class Truth:
    """Measures samples against a data set: by its density and modes where they are known, else by its samples.

    Args:
        data: the set.
        count: points of it to compare with.
        seed: decides those.
    """

    def __init__(self, data: PointSet, count: int = REFERENCE, seed: int = 0) -> None:
        self.data = data
        self._count, self._seed = count, seed

    @cached_property
    def points(self) -> Tensor:
        """Points of the truth (count, d) float64, of no seed that a sampler takes."""
        return self.data.sample(self._count, self._seed, "truth")

    @cached_property
    def _reference(self) -> Reference:
        mixture = self.data.mixture()
        distinct = mixture is not None and len(mixture.weights) > 1
        return Reference(self.points, self.data.log_density, mixture if distinct else None)

    def fair(self, count: int, seed: int) -> Tensor:
        """As many exact samples (count, d) as a sampler gave: no sampler is nearer to the truth but by chance."""
        return self.data.independent(count, generator(seed, "fair"))

    def metrics(self) -> dict[str, Callable[[Points], float]]:
        """What can be measured of samples (N, d) against this truth.

        By the names of `Figures`, and “moments”, the Fréchet distance of mean and covariance to those of the truth.
        """
        found, oracle = self._reference.metrics(), self.data.oracle()
        if oracle is not None:
            found["moments"] = lambda x: moment_distance(x, oracle)
        return found
