"""What samplers do to Gaussian data, in closed form: with a linear denoiser every state stays Gaussian."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.inverse.repaint import Repainting
from engines.process.paths import Path
from engines.samplers.base import OneStep


@dataclass(frozen=True, slots=True)
class Law:
    """A Gaussian law of the state: mean (d,) and covariance (d, d), float64."""

    mean: Tensor
    covariance: Tensor

    def through(self, matrix: Tensor, offset: Tensor, variance: Tensor) -> Law:
        """The law of M x + offset + noise of the given covariance (d, d)."""
        return Law(matrix @ self.mean + offset, matrix @ self.covariance @ matrix.T + variance)


def starting(path: Path, d: int) -> Law:
    """The starting noise of a path in d dimensions."""
    identity = torch.eye(d, dtype=torch.float64)
    return Law(torch.zeros(d, dtype=torch.float64), path.initial(path.initial(identity)))


def sampled_law(sampler: OneStep, path: Path, times: Tensor, data: Mixture) -> Law:
    """The exact law of a sampler's result when the data are one Gaussian with the exact denoiser."""
    law = starting(path, data.dimension)
    for t, s in zip(times[:-1], times[1:], strict=True):
        law = _down(law, sampler, path, t, s, data)
    return law


def repainted_law(sampler: Repainting, path: Path, times: Tensor, data: Mixture) -> Law:
    """The exact law of RePaint's result for one Gaussian and a measurement that all samples share."""
    weight = torch.diag(sampler.measurement.operator.dense().diagonal())
    identity = torch.eye(data.dimension, dtype=torch.float64)
    known = sampler.measurement.known(torch.zeros(1, data.dimension, dtype=torch.float64))[0]
    visited, law = sampler.visited(times), starting(path, data.dimension)
    for t, s in zip(visited[:-1], visited[1:], strict=True):
        if s < t:
            law = _down(law, sampler.inner, path, t, s, data)
            # the paste x ← (1 − w)·x + w·(alpha_s·y + sigma_s·z), with w diagonal
            pasted, noise = weight @ known * path.alpha(s), path.sigma(s).square() * weight @ weight
            law = law.through(identity - weight, pasted, noise)
        else:
            factor, variance = path.transition(t, s)
            law = law.through(factor * identity, torch.zeros_like(known), variance * identity)
    return law


def _down(law: Law, sampler: OneStep, path: Path, t: Tensor, s: Tensor, data: Mixture) -> Law:
    """One move keep·x + pull·D(x) + noise·z, where D(x) = m + G (x − alpha·m), G = alpha C (alpha² C + sigma²)⁻¹."""
    move, alpha, sigma = sampler.move(path, t, s), path.alpha(t), path.sigma(t)
    mean, covariance = data.means[0], data.covariances[0]
    identity = torch.eye(data.dimension, dtype=torch.float64)
    # as in the oracle, but through an inverse of its own: the check must not lean on the code it checks
    gain = alpha * covariance @ torch.linalg.inv(alpha.square() * covariance + sigma.square() * identity)
    # M = keep·I + pull·G and the constant that remains, as D is affine for one Gaussian
    offset = move.pull * (mean - alpha * gain @ mean)
    return law.through(move.keep * identity + move.pull * gain, offset, move.noise.square() * identity)


def flow_end(path: Path, x: Tensor, data: Mixture) -> Tensor:
    """Where the probability-flow ODE takes x (B, d) from t_max to 0, for one Gaussian, exactly.

    In the eigenbasis of C, (x_t − alpha·m)/sqrt(alpha² λ + sigma²) never changes.
    """
    end = torch.tensor(path.t_max, dtype=torch.float64)
    values, vectors = torch.linalg.eigh(data.covariances[0])
    ratio = (values / (path.alpha(end).square() * values + path.sigma(end).square())).sqrt()
    return data.means[0] + (x - path.alpha(end) * data.means[0]) @ vectors @ torch.diag(ratio) @ vectors.T
