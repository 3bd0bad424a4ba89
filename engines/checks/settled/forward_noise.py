"""The forward process: the factor of the noise is a root."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from engines.checks.oracle_claims import blobs
from engines.checks.settled.question import Found, Printed, Question
from engines.process.paths import Path
from engines.process.vp_linear import VPLinear

COUNT = 20_000  # samples: five standard errors of a variance of 1 are 0.05
Forward = Callable[[Path, Tensor, Tensor, Tensor], Tensor]


def with_root(path: Path, x0: Tensor, eps: Tensor, t: Tensor) -> Tensor:
    """As this program does it."""
    return path.diffuse(x0, eps, t)


def without_root(path: Path, x0: Tensor, eps: Tensor, t: Tensor) -> Tensor:
    """As it is misprinted."""
    return path.abar(t).sqrt() * x0 + (1 - path.abar(t)) * eps


def run(forward: Forward) -> Found:
    """The largest error of the mean variance of x_t over time, for samples of a mixture."""
    path, data = VPLinear(), blobs()
    x0 = data.sample(COUNT)
    eps = torch.randn(x0.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    times = torch.linspace(0, 1, 41, dtype=torch.float64)
    found = [float(forward(path, x0, eps, t).var(0).mean()) for t in times]
    exact = [float(data.noised(float(path.alpha(t)), float(path.sigma(t))).covariance().trace()) / 2 for t in times]
    worst = max(abs(a - b) for a, b in zip(found, exact, strict=True))
    return Found(worst, tuple(map(float, times)), tuple(found), tuple(exact))


QUESTION = Question(
    name="forward process: the noise is multiplied by √(1 − ᾱ)",
    figure="largest error of the variance of x_t", expected=0.0, bound=0.05,
    printed=(
        Printed("√(1 − ᾱ)", r"x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\epsilon",
                partial(run, with_root), right=True),
        Printed("1 − ᾱ", r"x_t = \sqrt{\bar\alpha_t}\,x_0 + (1-\bar\alpha_t)\,\epsilon", partial(run, without_root))),
    verdict="With the root the variance of x_t is that of the exact marginal, within {right}; without it up to {wrong} "
            "of variance is missing in between.",
    y="Variance of x_t", x="t")
