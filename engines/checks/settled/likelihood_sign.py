"""The gradient of a Gaussian likelihood: its sign."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.checks.oracle_claims import blob
from engines.checks.settled.question import Found, Printed, Question

A = torch.tensor([[1.0, 0.5]], dtype=torch.float64)
Y, SIGMA = torch.tensor([1.5], dtype=torch.float64), 0.5
MOVES, SIZE = 30, 0.02


def gradient(x: Tensor, sign: float) -> Tensor:
    """sign·Aᵀ(y − A x)/sigma² at x (B, 2)."""
    return sign * (Y - x @ A.T) @ A / SIGMA**2


def of_oracle(data: Mixture, x: Tensor) -> Tensor:
    """∇ log p(y|x) = ∇ log p(x|y) − ∇ log p(x) by Bayes, of the exact posterior and the exact prior."""
    return data.posterior(A, Y, SIGMA).score(x) - data.score(x)


def run(sign: float) -> Found:
    """The largest error of the gradient, in parts of the largest exact one; and |y − A x| along it."""
    data = blob()
    x = data.sample(200)
    exact = of_oracle(data, x)
    error = float((gradient(x, sign) - exact).abs().max() / exact.abs().max())
    misfit = [float((Y - x @ A.T).abs().mean())]
    for _ in range(MOVES):
        x = x + SIZE * gradient(x, sign)
        misfit.append(float((Y - x @ A.T).abs().mean()))
    return Found(error, tuple(map(float, range(MOVES + 1))), tuple(misfit))


QUESTION = Question(
    name="likelihood: its gradient is +Aᵀ(y − Ax)/σ²",
    figure="largest error of the gradient over its size", expected=0.0, bound=1e-9,
    printed=(
        Printed("+", r"\nabla_x\log p(y\,|\,x) = +\frac{A^T(y - A x)}{\sigma^2}", partial(run, 1.0), right=True),
        Printed("−", r"\nabla_x\log p(y\,|\,x) = -\frac{A^T(y - A x)}{\sigma^2}", partial(run, -1.0))),
    verdict="With + it is the gradient of the exact posterior less that of the prior, as Bayes’ rule says, to {right}; "
            "with − it is off by {wrong} times its size, and leads away from the measurement.",
    y="Mean |y − Ax| along the gradient", x="moves")
