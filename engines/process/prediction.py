"""What a network predicts, converted once to and from x0 (Tweedie's formula)."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover
from engines.process.paths import Path
from engines.process.shapes import expand
from engines.process.tweedie import eps_of, score_of


class Prediction(Component):
    """A training target a·x0 + b·eps, whose factors depend on t; a subclass gives them in `mix`.

    Networks learn best what has unit size at every noise level (Karras et al. 2022, section 5). So what one
    sees is x/scale, and what it outputs is target/unit: both are 1 for eps, x0 and v where variance is
    preserved, and only here are they known.
    """

    @abstractmethod
    def mix(self, path: Path, t: Tensor) -> tuple[Tensor, Tensor]:
        """a and b of the target a·x0 + b·eps at t above 0, of t's shape."""

    def unit(self, path: Path, t: Tensor) -> Tensor:
        """The standard deviation of the target for data of unit variance: sqrt(a² + b²)."""
        a, b = self.mix(path, t)
        return (a.square() + b.square()).sqrt()

    def target(self, path: Path, x0: Tensor, eps: Tensor, t: Tensor) -> Tensor:
        """The target of data x0 and noise eps (B, …) at t, scalar or (B,)."""
        a, b = self.mix(path, t)
        return expand(a, x0) * x0 + expand(b, x0) * eps

    def to_x0(self, path: Path, x: Tensor, predicted: Tensor, t: Tensor) -> Tensor:
        """The denoised estimate x0_hat of a state x (B, …) and the target predicted there."""
        a, b = (expand(value, x) for value in self.mix(path, t))
        alpha, sigma = expand(path.alpha(t), x), expand(path.sigma(t), x)
        return (b * x - sigma * predicted) / _determinant(alpha, sigma, a, b)

    def wanted(self, path: Path, x0: Tensor, eps: Tensor, t: Tensor) -> Tensor:
        """What a network should output for data x0 and noise eps at t: the target, of unit size."""
        return self.target(path, x0, eps, t) / expand(self.unit(path, t), x0)

    def read(self, path: Path, x: Tensor, output: Tensor, t: Tensor) -> Tensor:
        """The estimate x0_hat that a network's output at (x, t) means."""
        return self.to_x0(path, x, output * expand(self.unit(path, t), x), t)

    def gain(self, path: Path, t: Tensor) -> Tensor:
        """c_out of x0_hat = c_skip·x + c_out·output, of t's shape: how far x0_hat is off for an output off by 1.

        Its square turns squared errors of outputs into those of x0_hat, one measure for every prediction.
        """
        a, b = self.mix(path, t)
        return -path.sigma(t) * self.unit(path, t) / _determinant(path.alpha(t), path.sigma(t), a, b)

    def skip(self, path: Path, t: Tensor) -> Tensor:
        """c_skip of x0_hat = c_skip·x + c_out·output, of t's shape: what a network adds nothing to."""
        a, b = self.mix(path, t)
        return b / _determinant(path.alpha(t), path.sigma(t), a, b)


def _determinant(alpha: Tensor, sigma: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """What x = alpha·x0 + sigma·eps and a·x0 + b·eps are divided by when they are solved for x0."""
    return alpha * b - sigma * a


class Eps(Prediction):
    """The noise."""

    name: ClassVar[str] = "eps"
    title: ClassVar[str] = "Noise (eps)"
    short: ClassVar[str] = "eps"
    summary: ClassVar[str] = "The noise in the state; its errors weigh most where little noise is left."
    formula: ClassVar[tuple[str, ...]] = (r"\epsilon",)
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, eq. 14"

    def mix(self, path: Path, t: Tensor) -> tuple[Tensor, Tensor]:
        """0 and 1: x0_hat = (x − sigma·out)/alpha, whose error grows by sigma/alpha, hence t_max where alpha > 0."""
        del path
        return torch.zeros_like(t), torch.ones_like(t)


class X0(Prediction):
    """The data themselves."""

    name: ClassVar[str] = "x0"
    title: ClassVar[str] = "Data (x0)"
    short: ClassVar[str] = "x0"
    summary: ClassVar[str] = "The clean data; its errors weigh the same at every noise level."
    formula: ClassVar[tuple[str, ...]] = (r"x_0",)
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, section 3.2; Salimans & Ho 2022, arXiv 2202.00512"

    def mix(self, path: Path, t: Tensor) -> tuple[Tensor, Tensor]:
        """1 and 0."""
        del path
        return torch.ones_like(t), torch.zeros_like(t)

    def to_x0(self, path: Path, x: Tensor, predicted: Tensor, t: Tensor) -> Tensor:
        """The prediction itself, also where there is no noise to divide by."""
        del path, x, t
        return predicted


class V(Prediction):
    """v = alpha·eps − sigma·x0: noise where the state is data and data where it is noise."""

    name: ClassVar[str] = "v"
    title: ClassVar[str] = "Mixed (v)"
    short: ClassVar[str] = "v"
    summary: ClassVar[str] = "Noise while the state is mostly data, data while it is mostly noise; never divides by α."
    formula: ClassVar[tuple[str, ...]] = (r"\alpha_t \epsilon - \sigma_t x_0",)
    source: ClassVar[str] = "Salimans & Ho 2022, arXiv 2202.00512, section 4 and appendix D"

    def mix(self, path: Path, t: Tensor) -> tuple[Tensor, Tensor]:
        """−sigma and alpha, which gives x0_hat the denominator alpha² + sigma²."""
        return -path.sigma(t), path.alpha(t)

    def unit(self, path: Path, t: Tensor) -> Tensor:
        """That of the state, as the factors are the same two: exactly 1 where variance is preserved."""
        return path.scale(t)

    def to_x0(self, path: Path, x: Tensor, predicted: Tensor, t: Tensor) -> Tensor:
        """(alpha·x − sigma·v)/(alpha² + sigma²): to the bit what the two equations give, without asking twice."""
        alpha, sigma = expand(path.alpha(t), x), expand(path.sigma(t), x)
        return (alpha * x - sigma * predicted) / (alpha.square() + sigma.square())


class Score(Prediction):
    """The gradient of log p(x_t | x0), whose mean is the score of p_t."""

    name: ClassVar[str] = "score"
    title: ClassVar[str] = "Score"
    short: ClassVar[str] = "score"
    summary: ClassVar[str] = "The gradient of the log density; what the network outputs is divided by σ."
    formula: ClassVar[tuple[str, ...]] = (r"-\frac{\epsilon}{\sigma_t}",)
    source: ClassVar[str] = "Vincent 2011; Song & Ermon 2019, arXiv 1907.05600, eq. 5, 6 and section 4.2"

    def mix(self, path: Path, t: Tensor) -> tuple[Tensor, Tensor]:
        """0 and −1/sigma: its unit is 1/sigma, so the loss of unit outputs is the paper's, of weight sigma²."""
        return torch.zeros_like(t), -1 / path.sigma(t)

    def to_x0(self, path: Path, x: Tensor, predicted: Tensor, t: Tensor) -> Tensor:
        """(x + sigma²·score)/alpha (Tweedie's formula)."""
        return (x + expand(path.sigma(t).square(), x) * predicted) / expand(path.alpha(t), x)


class Velocity(Prediction):
    """dx_t/dt of one pair of data and noise, whose mean is what the probability flow follows."""

    name: ClassVar[str] = "velocity"
    title: ClassVar[str] = "Velocity (flow matching)"
    short: ClassVar[str] = "velocity"
    summary: ClassVar[str] = "How data and noise move along the path; on the straight one eps − x0."
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\partial \alpha_t}{\partial t} x_0 + \frac{\partial \sigma_t}{\partial t} \epsilon",)
    source: ClassVar[str] = "Lipman et al. 2023, arXiv 2210.02747, eq. 9 and 15, with time reversed"

    def mix(self, path: Path, t: Tensor) -> tuple[Tensor, Tensor]:
        """d alpha/dt and d sigma/dt."""
        return path.dalpha(t), path.dsigma(t)


def predictions() -> dict[str, type[Prediction]]:
    """Every prediction known, by name."""
    return discover("engines.process", Prediction)


PredictionChoice = Annotated[SerializeAsAny[Prediction],
                             BeforeValidator(partial(chosen, base=Prediction, kinds=predictions))]


def to_eps(path: Path, x: Tensor, x0: Tensor, t: Tensor) -> Tensor:
    """The noise estimate (x − alpha·x0_hat)/sigma; t must be above 0."""
    return eps_of(x, x0, expand(path.alpha(t), x), expand(path.sigma(t), x))


def to_score(path: Path, x: Tensor, x0: Tensor, t: Tensor) -> Tensor:
    """∇ log p_t(x) = (alpha·x0_hat − x)/sigma² (Tweedie); t must be above 0."""
    return score_of(x, x0, expand(path.alpha(t), x), expand(path.sigma(t), x))


def to_velocity(path: Path, x: Tensor, x0: Tensor, t: Tensor) -> Tensor:
    """dx/dt of the probability-flow ODE: alpha'·x0_hat + sigma'·eps_hat; t must be above 0."""
    return Velocity().target(path, x0, to_eps(path, x, x0, t), t)
