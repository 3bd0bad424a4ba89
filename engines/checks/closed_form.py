"""What samplers do to Gaussian data: with a linear denoiser the result is a linear map of the draws, and Gaussian."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.denoiser import Denoiser
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.samplers.base import Sampler, Step

Draw = tuple[int, int]  # step and stream, as `Noise` takes them
BEGUN: tuple[Draw, ...] = ((0, -1),)  # what every run draws: the noise that it begins with


@dataclass(frozen=True, slots=True)
class Law:
    """A Gaussian law of the state: mean (d,) and covariance (d, d), float64."""

    mean: Tensor
    covariance: Tensor

    def through(self, matrix: Tensor, offset: Tensor, variance: Tensor) -> Law:
        """The law of M x + offset + noise of the given covariance (d, d)."""
        return Law(matrix @ self.mean + offset, matrix @ self.covariance @ matrix.T + variance)

    def gap(self, other: Law) -> float:
        """Largest difference of any number of mean or covariance."""
        return max(float((self.mean - other.mean).abs().max()), float((self.covariance - other.covariance).abs().max()))


@dataclass(frozen=True, slots=True)
class Unit(Noise):
    """Noise that is 0 but for a single 1: in sample 1 + k·d + c it is number c of the k-th of `draws`.

    What was asked for is put on record, in order. Samples are flat, of d numbers; sample 0 has no noise at all.
    """

    draws: tuple[Draw, ...] = ()
    asked: list[Draw] = field(default_factory=list[Draw])

    def __call__(self, step: int, stream: int = 0) -> Tensor:
        """Draw (B, d) of that step and stream."""
        self.asked.append((step, stream))
        z, d = torch.zeros(len(self.seeds), *self.shape, dtype=self.dtype), self.shape[0]
        if (step, stream) in self.draws:
            first = 1 + d * self.draws.index((step, stream))
            z[first:first + d] = torch.eye(d, dtype=self.dtype)
        return z


@dataclass(frozen=True, slots=True)
class Probed:
    """A sampler's result as it really is: its law, and the draws it asked for in order, repetitions included."""

    law: Law
    asked: tuple[Draw, ...]


def probed(sampler: Sampler, path: Path, times: Tensor, data: Mixture, prior: Denoiser | None = None) -> Probed:
    """The exact law of a sampler's result for one Gaussian with the exact denoiser, from the sampler's own program.

    With `prior` of another linear denoiser of its data.

    Each number of each draw is set to 1 alone, which gives its column of the linear map from draws to result; a
    draw that is used twice has one column, so that the law is then another than with independent ones.
    """
    d, prior = data.dimension, prior or MixtureDenoiser(data, path)

    def run(draws: tuple[Draw, ...]) -> tuple[Tensor, Unit]:
        noise = Unit(tuple(range(1 + d * len(draws))), (d,), dtype=torch.float64, draws=draws)
        return last(sampler(path, prior, path.initial(noise.initial()), times, noise=noise)).x, noise

    x, noise = run(BEGUN)
    asked = tuple(noise.asked)
    draws = tuple(dict.fromkeys(asked))
    if draws != BEGUN:  # a run without fresh noise has told all
        x, _ = run(draws)
    columns = x[1:] - x[0]
    return Probed(Law(x[0], columns.T @ columns), asked)


def last(run: Iterator[Step]) -> Step:
    """The final step of a run."""
    *_, step = run
    return step


def flow_end(path: Path, x: Tensor, data: Mixture) -> Tensor:
    """Where the probability-flow ODE takes x (B, d) from t_max to 0, for one Gaussian, exactly."""
    return carried(data, path, x, path.end, torch.zeros_like(path.end))


def carried(data: Mixture, path: Path, x: Tensor, t: Tensor, s: Tensor) -> Tensor:
    """Where the probability-flow ODE takes x (B, d) from t to s, for one Gaussian, exactly.

    In the eigenbasis of C, (x_t − alpha·m)/sqrt(alpha² λ + sigma²) never changes.
    """
    values, vectors = torch.linalg.eigh(data.covariances[0])
    wide, narrow = (path.alpha(u).square() * values + path.sigma(u).square() for u in (t, s))
    offsets = (x - path.alpha(t) * data.means[0]) @ vectors
    return path.alpha(s) * data.means[0] + (offsets * (narrow / wide).sqrt()) @ vectors.T
