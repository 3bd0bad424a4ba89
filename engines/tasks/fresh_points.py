"""What tasks share that measure a prior of points on points nobody has seen: options, data and figures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.component import option
from engines.context import Context
from engines.data.points.base import PointSet, PointSetChoice
from engines.data.points.mixtures import TwoBlobs
from engines.errors import Diverged
from engines.likelihood.bound import bits_per_dim
from engines.priors import Prior, prior_of
from engines.process.noise import Noise, sample_seeds
from engines.tasks.point_prior import PointPriorOptions
from engines.tasks.shared_options import seed_option

TOGETHER = 2000  # points in the denoiser at once, so that a pause acts soon

FIGURES = {
    "nll": "mean of −log p of the points, in nats", "nll_error": "its standard error",
    "bits_per_dim": "the same in bits for each number of a point",
    "nll_true": "mean of −log p of the same points under the true density, in nats",
    "bits_per_dim_true": "the same in bits for each number of a point",
    "excess": "how much more −log p is than the true one, in nats: 0 for a perfect prior",
    "excess_error": "its standard error", "nfe": "denoiser evaluations that each point took"}


class FreshOptions(PointPriorOptions):
    """What is true, what is measured, and on how many points."""

    data: PointSetChoice = option(TwoBlobs(), title="Data", group="Data", help="The density that is true.")
    count: int = option(1000, title="Points", group="Samples", ge=2, le=100_000,
                        help="How many are drawn and measured; the error falls with their square root.")
    seed: int = seed_option("Decides the points, and all other chance.")


@dataclass(frozen=True, slots=True)
class Part:
    """Points x0 (B, d) of a run, of a prior's precision and device, and the noise that belongs to them."""

    x0: Tensor
    noise: Noise


@dataclass(frozen=True, slots=True)
class Fresh:
    """A prior, and points (N, d) float64 of the data that it is measured on."""

    prior: Prior
    data: PointSet
    points: Tensor
    seed: int
    device: torch.device

    @classmethod
    def of(cls, chosen: FreshOptions, context: Context) -> Fresh:
        """What the options say; raises BadOption for a prior that there is not."""
        data = chosen.data.bound(context.files)
        prior = prior_of(data, chosen.prior, chosen.path, context)
        place = prior.place(context.device.torch)
        return cls(prior, data, data.sample(chosen.count, chosen.seed), chosen.seed, place)

    def __len__(self) -> int:
        """How many parts there are."""
        return -(-len(self.points) // TOGETHER)

    def parts(self) -> Iterator[Part]:
        """The points, at most `TOGETHER` at a time, each with its own chance whatever the parts."""
        # an exact prior is float64 as it is; networks are not
        dtype = torch.float64 if self.prior.mixture is not None else torch.float32
        seeds = sample_seeds(self.seed, len(self.points))
        for first in range(0, len(self.points), TOGETHER):
            x0 = self.points[first:first + TOGETHER].to(dtype).to(self.device)
            noise = Noise(seeds[first:first + TOGETHER], (self.prior.dimension,), self.device, dtype)
            yield Part(x0, noise)

    def figures(self, nll: Tensor, nfe: int) -> dict[str, float]:
        """FIGURES of −log p (N,) in nats, or of a bound on it; those of the truth only where that is known.

        Raises Diverged where −log p is not finite.
        """
        if not bool(nll.isfinite().all()):
            raise Diverged(f"−log p of {int((~nll.isfinite()).sum()):,} points is not finite; take more steps, or a "
                           "path or model of less extreme noise.")
        d, true = self.prior.dimension, self.data.log_density(self.points)
        found = {"nll": float(nll.mean()), "nll_error": _error(nll), "bits_per_dim": bits_per_dim(float(nll.mean()), d),
                 "nfe": nfe}
        if true is None:
            return found
        return {**found, "nll_true": -float(true.mean()), "bits_per_dim_true": bits_per_dim(-float(true.mean()), d),
                "excess": float((nll + true).mean()), "excess_error": _error(nll + true)}


def _error(values: Tensor) -> float:
    """The standard error of the mean of values (N,)."""
    return float(values.std()) / math.sqrt(len(values))
