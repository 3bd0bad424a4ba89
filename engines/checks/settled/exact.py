"""What the oracle says of one Gaussian, in the forms that the questions need."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.checks.closed_form import Law
from engines.process.paths import Path


def at(value: float) -> Tensor:
    """A time, 0-d float64."""
    return torch.tensor(value, dtype=torch.float64)


def score_map(data: Mixture, path: Path, t: Tensor) -> tuple[Tensor, Tensor]:
    """Matrix M (d, d) and offset (d,) of the exact score ∇ log p_t(x) = M x + offset, affine for a Gaussian."""
    points = torch.cat([torch.zeros(1, data.dimension, dtype=torch.float64), torch.eye(data.dimension).double()])
    values = data.score(points, path.alpha(t), path.sigma(t))
    return (values[1:] - values[0]).T, values[0]


def law_at(data: Mixture, path: Path, t: Tensor) -> Law:
    """Mean and covariance of p_t."""
    seen = data.noised(float(path.alpha(t)), float(path.sigma(t)))
    return Law(seen.mean(), seen.covariance())


def carried(data: Mixture, path: Path, x: Tensor, t: Tensor, s: Tensor) -> Tensor:
    """Where the probability-flow ODE takes x (B, d) from t to s, for one Gaussian.

    In the eigenbasis of C, (x_t − alpha·m)/sqrt(alpha² λ + sigma²) never changes.
    """
    values, vectors = torch.linalg.eigh(data.covariances[0])
    wide, narrow = (path.alpha(u).square() * values + path.sigma(u).square() for u in (t, s))
    offsets = (x - path.alpha(t) * data.means[0]) @ vectors
    return path.alpha(s) * data.means[0] + (offsets * (narrow / wide).sqrt()) @ vectors.T
