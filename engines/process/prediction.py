"""What a network predicts, converted once to and from x0 (Tweedie's formula)."""

from __future__ import annotations

from enum import StrEnum

from torch import Tensor

from engines.process.paths import Path
from engines.process.shapes import expand
from engines.process.tweedie import eps_of, score_of


class Prediction(StrEnum):
    """The training target of a network; v = alpha·eps − sigma·x0 (Salimans & Ho 2022)."""

    EPS = "eps"
    X0 = "x0"
    V = "v"


def target(kind: Prediction, path: Path, x0: Tensor, eps: Tensor, t: Tensor) -> Tensor:
    """What the network should output for data x0 and noise eps at t."""
    if kind is Prediction.EPS:
        return eps
    if kind is Prediction.X0:
        return x0
    return expand(path.alpha(t), x0) * eps - expand(path.sigma(t), x0) * x0


def to_x0(kind: Prediction, path: Path, x: Tensor, output: Tensor, t: Tensor) -> Tensor:
    """Turn a network's output at (x, t) into the denoised estimate x0_hat."""
    if kind is Prediction.X0:
        return output
    alpha, sigma = expand(path.alpha(t), x), expand(path.sigma(t), x)
    if kind is Prediction.EPS:
        # x_t = alpha·x0 + sigma·eps solved for x0: an error of eps grows by sigma/alpha, hence t_max where alpha > 0
        return (x - sigma * output) / alpha
    # x_t and v solved for x0; the denominator is 1 on a variance-preserving path, and no alpha is divided by
    return (alpha * x - sigma * output) / (alpha.square() + sigma.square())


def to_eps(path: Path, x: Tensor, x0: Tensor, t: Tensor) -> Tensor:
    """The noise estimate (x − alpha·x0_hat)/sigma; t must be above 0."""
    return eps_of(x, x0, expand(path.alpha(t), x), expand(path.sigma(t), x))


def to_score(path: Path, x: Tensor, x0: Tensor, t: Tensor) -> Tensor:
    """∇ log p_t(x) = (alpha·x0_hat − x)/sigma² (Tweedie); t must be above 0."""
    return score_of(x, x0, expand(path.alpha(t), x), expand(path.sigma(t), x))
