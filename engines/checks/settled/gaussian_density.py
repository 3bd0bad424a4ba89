"""The density of a Gaussian: it is divided by the root of the determinant."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from engines.analytic import gaussian
from engines.checks.oracle_claims import blob
from engines.checks.settled.question import Found, Printed, Question

SCALES = tuple(0.5 * k for k in range(1, 9))  # the covariance is multiplied by these
SIDE, REACH = 161, 9.0  # points of the grid a side, and how many deviations it reaches
LogDensity = Callable[[Tensor, Tensor, Tensor], Tensor]


def with_root(x: Tensor, mean: Tensor, covariance: Tensor) -> Tensor:
    """As this program has it: −½ log |2πΣ| − ½ (x − m)ᵀ Σ⁻¹ (x − m)."""
    return gaussian(mean, covariance).log_density(x)


def without_root(x: Tensor, mean: Tensor, covariance: Tensor) -> Tensor:
    """As it is misprinted: −d/2 log 2π − log |Σ| − ½ (x − m)ᵀ Σ⁻¹ (x − m)."""
    offset = x - mean
    form = (offset @ covariance.inverse() * offset).sum(1)
    return -len(mean) / 2 * math.log(2 * math.pi) - covariance.logdet() - form / 2


def integral(log_density: LogDensity, scale: float) -> float:
    """∫ exp(log density) over the plane by the trapezoidal rule, which for a Gaussian is exact but for rounding."""
    mean, covariance = blob().means[0], scale * blob().covariances[0]
    reach = REACH * math.sqrt(float(covariance.diagonal().max()))
    line = torch.linspace(-reach, reach, SIDE, dtype=torch.float64)
    x = torch.cartesian_prod(line, line) + mean
    return float(log_density(x, mean, covariance).exp().sum()) * (2 * reach / (SIDE - 1)) ** 2


def run(log_density: LogDensity) -> Found:
    """The integral for Σ as it is, and for multiples of it."""
    values = tuple(integral(log_density, scale) for scale in SCALES)
    return Found(integral(log_density, 1.0), SCALES, values, (1.0,) * len(SCALES))


FORMULA = r"\log p(x) = -\frac{d}{2}\log 2\pi - \log %s - \frac{1}{2}(x-\mu)^T\Sigma^{-1}(x-\mu)"

QUESTION = Question(
    name="Gaussian density: divided by |Σ|^½",
    figure="integral over the plane", expected=1.0, bound=1e-9,
    printed=(
        Printed("|Σ|^½", FORMULA % r"|\Sigma|^{1/2}", partial(run, with_root), right=True),
        Printed("|Σ|", FORMULA % r"|\Sigma|", partial(run, without_root))),
    verdict="With the root the density integrates to {right}; with |Σ| to {wrong}, and to something else for every Σ.",
    y="Integral of the density", x="factor of Σ")
