"""A point data set as the truth that samples are measured against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import torch
from torch import Tensor

from engines.chance import generator
from engines.data.points.base import PointSet
from engines.metrics.points import EnergyTo, Points, likelihood, mode_weights, moment_distance, sliced_wasserstein

REFERENCE = 10_000  # points that stand for the truth where only samples of it can be compared

FIGURES: Mapping[str, str] = {
    "energy": "energy distance to the truth; as many exact samples have one above 0 too",
    "sliced_wasserstein": "sliced Wasserstein distance (order 2) to the truth",
    "nll": "−log p of the samples under the true density, nats per point",
    "outside": "share of samples where the truth has no density at all",
    "mode_error": "largest error of a mode’s weight",
    "modes_missed": "modes with less than a tenth of their weight",
    "moments": "Fréchet distance of mean and covariance to those of the truth"}


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
    def _energy(self) -> EnergyTo:
        return EnergyTo(self.points)

    def fair(self, count: int, seed: int) -> Tensor:
        """As many exact samples (count, d) as a sampler gave: no sampler is nearer to the truth but by chance."""
        return self.data.independent(count, generator(seed, "fair"))

    def metrics(self) -> dict[str, Callable[[Points], float]]:
        """What can be measured against this truth, by the names of `FIGURES`."""
        mixture, oracle = self.data.mixture(), self.data.oracle()
        found: dict[str, Callable[[Points], float]] = {
            "energy": self._energy.distance,
            "sliced_wasserstein": lambda x: sliced_wasserstein(x, self.points)}
        if self.data.log_density(self.points[:1]) is not None:
            found["nll"] = lambda x: likelihood(self._logs(x)).nats
            found["outside"] = lambda x: likelihood(self._logs(x)).outside
        if mixture is not None and len(mixture.weights) > 1:
            found["mode_error"] = lambda x: mode_weights(x, mixture).error
            found["modes_missed"] = lambda x: float(mode_weights(x, mixture).missed)
        if oracle is not None:
            found["moments"] = lambda x: moment_distance(x, oracle)
        return found

    def figures(self, x: Points) -> dict[str, float]:
        """All of `metrics` for samples (N, d)."""
        return {name: measure(x) for name, measure in self.metrics().items()}

    def _logs(self, x: Points) -> Tensor:
        """log p of samples: (N,), −inf where there is none of the truth or a sample is not finite."""
        points = torch.as_tensor(x).detach().double().cpu()
        finite = points.isfinite().all(1)
        logs = self.data.log_density(torch.where(finite[:, None], points, 0.0))
        return torch.full((len(points),), -torch.inf) if logs is None else logs.masked_fill(~finite, -torch.inf)
