"""What the oracle says of one Gaussian, in the forms that the questions need."""

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
