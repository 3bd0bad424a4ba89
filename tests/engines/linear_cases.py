"""Linear problems with closed answers, and what every method's run must keep: terms that add up, samples by themselves.
"""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser, gaussian, rounds
from engines.checks.oracle_claims import small_network
from engines.denoiser import Denoiser, NetworkDenoiser
from engines.inverse.base import InverseMethod, Measurement
from engines.operators.base import LinearOperator, Operator
from engines.operators.mask import Mask, PaintedMask
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.prediction import V
from engines.process.times import LogSNR, time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Sampler, Step
from tests.engines.dense_operator import DenseOperator, RingBlur

PATHS = [kind() for kind in paths().values()]
PATH = VPCosine()
NETWORK = NetworkDenoiser(small_network(), PATH, V())
BLOBS = MixtureDenoiser(rounds(torch.ones(2), torch.tensor([[-0.5], [0.5]]).expand(2, 64), 0.1), PATH)
HOLE = PaintedMask.example((1, 8, 8))
PICTURE = Measurement(HOLE, HOLE.forward(torch.full((1, 1, 8, 8), 0.5)))
WIDE = torch.tensor([[1.0, 0.5, -0.3], [0.2, -1.0, 0.7]], dtype=torch.float64)
# its third row is the sum of the others, so that A Aᵀ is singular
TALL = torch.cat([WIDE, WIDE.sum(0, keepdim=True)])


def tilted() -> Mixture:
    """A Gaussian in three dimensions, whose coordinates go together."""
    root = torch.tensor([[0.8, 0.1, 0.0], [0.3, 0.5, -0.2], [-0.1, 0.4, 0.6]], dtype=torch.float64)
    return gaussian(torch.tensor([0.3, -0.2, 0.1], dtype=torch.float64), root @ root.T)


def upright(spread: float) -> Mixture:
    """A Gaussian in three dimensions, alike in every direction."""
    return gaussian(torch.tensor([0.3, -0.2, 0.1], dtype=torch.float64), spread**2 * torch.eye(3, dtype=torch.float64))


def two() -> Mixture:
    """Two Gaussians in three dimensions."""
    means = torch.tensor([[-1.0, 0.5, 0.3], [1.0, -0.5, 0.0]], dtype=torch.float64)
    return Mixture(torch.tensor([0.4, 0.6]), means, torch.cat([0.3 * tilted().covariances, 0.2 * torch.eye(3)[None]]))


def problem(operator: LinearOperator, noise: float) -> Measurement:
    """What the operator makes of one sample in three dimensions, or of a ring; the noise is only said."""
    size = operator.shape_in[0]
    truth = torch.linspace(-0.6, 0.8, size, dtype=torch.float64)[None]
    return Measurement(operator, operator.forward(truth), noise)


def problems() -> dict[str, Measurement]:
    """Of three numbers: with and without noise, a mask, and a matrix that measures one thing twice."""
    mask = Mask(torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64))
    return {"wide": problem(DenseOperator(WIDE), 0.3), "wide, exact": problem(DenseOperator(WIDE), 0.0),
            "tall": problem(DenseOperator(TALL), 0.2), "tall, exact": problem(DenseOperator(TALL), 0.0),
            "no spectrum": problem(DenseOperator(WIDE, known=False), 0.3), "mask": problem(mask, 0.1),
            "mask, exact": problem(mask, 0.0), "ring": problem(RingBlur(3), 0.2)}


def times_on(path: Path) -> Tensor:
    """Times (6,) from nearly the end of a path to nearly its data."""
    return path.t_max * torch.tensor([0.99, 0.8, 0.5, 0.3, 0.1, 0.02], dtype=torch.float64)


def states(path: Path, t: Tensor, count: int = 5) -> Tensor:
    """States (count, 3) at a time, of the size that they have there."""
    noise = Noise(sample_seeds(3, count), (3,), dtype=torch.float64)
    return path.diffuse(0.5 * noise(1), noise(2), t)


def given(data: Mixture, measurement: Measurement) -> Mixture:
    """p(x0 | y), exactly."""
    return data.posterior(measurement.linear.dense(), measurement.y[0].reshape(-1), measurement.noise)


def walk(sampler: Sampler, denoiser: Denoiser, path: Path, steps: int, count: int, seed: int = 0) -> list[Step]:
    """A run in three dimensions over equal steps of log-SNR."""
    noise = Noise(sample_seeds(seed, count), (3,), dtype=torch.float64)
    times = time_grid(path, steps, LogSNR())
    return list(sampler(path, denoiser, path.initial(noise.initial()), times, noise=noise))


def conditioned(method: InverseMethod, data: Mixture, path: Path, sampler: Sampler, measurement: Measurement,
                ) -> tuple[Denoiser, Sampler]:
    """The method on the exact prior."""
    return method.posterior(path, MixtureDenoiser(data, path), sampler, measurement)


@dataclass(frozen=True)
class Errors:
    """By how many standard errors the mean and covariance of samples are off a law; the largest of each."""

    mean: float
    covariance: float


def errors(x: Tensor, law: Mixture) -> Errors:
    """Of independent samples (B, d); the law must spread in every direction.

    In the coordinates where the law has unit variance: there a mean has the standard error 1/√B, and a variance √(2/B),
    if the law is one Gaussian.
    """
    values, vectors = torch.linalg.eigh(law.covariance())
    white = (x - law.mean()) @ vectors / values.sqrt()
    off = white.T.cov() - torch.eye(x.shape[1], dtype=x.dtype)
    return Errors(float(white.mean(0).abs().max()) * math.sqrt(len(x)), float(off.abs().max()) * math.sqrt(len(x) / 2))


def check_terms(run: Sequence[Step]) -> None:
    """Every move is the sum of its terms, whose sizes are those recorded."""
    for now, after in pairwise(run):
        assert set(now.terms) >= {"prior", "likelihood", "noise"}
        noise = torch.zeros_like(now.x) if now.fresh is None else now.fresh
        if now.drift is not None:
            noise = after.x - (1 + now.drift[0]) * now.x - now.drift[1] * now.x0
        prior = after.x - now.x - noise - sum(now.deltas.values())
        least = 1e-5 * float(now.x.abs().max().clamp(min=1))
        for name, part in {**now.deltas, "noise": noise, "prior": prior}.items():
            sizes = part.flatten(1).norm(dim=1).double()
            torch.testing.assert_close(now.terms[name], sizes, rtol=1e-4, atol=least, msg=f"the term {name}")


def pictures(method: InverseMethod, sampler: Sampler, seeds: tuple[int, ...], prior: Denoiser = NETWORK,
             cond: Tensor | None = None) -> list[Step]:
    """A run of a small network over pictures with a hole."""
    denoiser, walked = method.posterior(PATH, prior, sampler, PICTURE)
    noise = Noise(seeds, (1, 8, 8))
    return list(walked(PATH, denoiser, noise.initial(), time_grid(PATH, 8), noise=noise, cond=cond))


def apart(method: InverseMethod, sampler: Sampler) -> float:
    """By how much a picture of an exact prior differs where it is made by itself."""
    together, alone = (pictures(method, sampler, seeds, BLOBS)[-1].x for seeds in ((5, 6, 7), (6,)))
    return float((together[1:2] - alone).abs().max())


class Squared(Operator):
    """y = x², which is not linear."""

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(3,)."""
        return (3,)

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(3,)."""
        return (3,)

    def forward(self, x: Tensor) -> Tensor:
        """x²."""
        return x.square()

    def pinv(self, y: Tensor) -> Tensor:
        """√y."""
        return y.sqrt()
