"""Log-likelihood along the probability-flow ODE (Song et al. 2021, appendix D.2; Chen et al. 2018).

In terms of y = x/alpha and l = log(sigma/alpha) the ODE of every path is dy/dl = y − x0_hat: nothing is divided by a
sigma that nears 0, and equal steps of l suit every path alike. The log-density changes along it by −(d − ∇_y·x0_hat).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor

from engines.denoiser import Denoiser
from engines.likelihood.trace import Trace
from engines.process.noise import Noise
from engines.process.paths import Path

FINEST = 1e-3


class Solver(StrEnum):
    """How a step of the ODE is made: of order 2 with two evaluations, of order 4 with four."""

    HEUN = "heun"
    RK4 = "rk4"

    @property
    def calls(self) -> int:
        """Evaluations of the denoiser in one step."""
        return len(STAGES[self][0])


# Butcher tableaus of which each stage uses the one before it alone: where it lies, and its weight in the step
STAGES = {Solver.HEUN: ((0.0, 1.0), (1 / 2, 1 / 2)), Solver.RK4: ((0.0, 0.5, 0.5, 1.0), (1 / 6, 1 / 3, 1 / 3, 1 / 6))}


@dataclass(frozen=True, slots=True)
class Flow:
    """The ODE of a denoiser on a path.

    Args:
        path, denoiser: the denoiser belongs to the path.
        trace: how ∇·x0_hat is found.
        noise: of the samples, for a trace that is random.
        cond: class labels (B,) or None.
    """

    path: Path
    denoiser: Denoiser
    trace: Trace
    noise: Noise
    cond: Tensor | None = None

    def rates(self, y: Tensor, log_kappa: float) -> tuple[Tensor, Tensor]:
        """dy/dl (B, …) and d − ∇_y·x0_hat (B,) at y and l = log(sigma/alpha)."""
        t = _time(self.path, log_kappa)
        alpha = float(self.path.alpha(t))
        x0, trace = self.trace(self.denoiser, alpha * y, t, self.noise, self.cond)
        return y - x0, y[0].numel() - alpha * trace

    def step(self, y: Tensor, log_kappa: float, length: float, solver: Solver) -> tuple[Tensor, Tensor]:
        """y and the log-density's share after one step of l."""
        places, weights = STAGES[solver]
        moved, gained, slope = y, torch.zeros(len(y), dtype=torch.float64), torch.zeros_like(y)
        for place, weight in zip(places, weights, strict=True):
            slope, rate = self.rates(y + place * length * slope, log_kappa + place * length)
            moved, gained = moved + weight * length * slope, gained + weight * length * rate
        return moved, gained


@dataclass(frozen=True, slots=True)
class FlowStep:
    """Where the flow has come to, from the data towards noise.

    index of total; t of the path; y: states over alpha (B, …); gained (B,) float64: log-density of the data above that
    of y so far. nfe: evaluations of each sample.
    """

    index: int
    total: int
    t: float
    y: Tensor
    gained: Tensor
    nfe: int


# as a decorator it is off while the consumer holds the generator; a `with` would stay on across each yield
@torch.no_grad()
def flowed(flow: Flow, x0: Tensor, steps: int, *, solver: Solver = Solver.RK4,
           finest: float = FINEST) -> Iterator[FlowStep]:
    """Take data x0 (B, …) to the noise of t_max in equal steps of log(sigma/alpha); `log_density` reads the last step.

    Where sigma is 0 that is −∞, so the flow begins at sigma/alpha = `finest`, with the data as they are: what is
    found is the density of data + finest·eps at x0. For a smooth density that is log p(x0) up to finest²·∇²p/(2p);
    for data without a density, such as a table of points, it is the one of a narrow Gaussian about each.
    """
    low, length = _spread(flow.path, steps, finest)
    y, gained = x0, torch.zeros(len(x0), dtype=torch.float64)
    calls = solver.calls * flow.denoiser.calls(flow.cond)
    for k, t in enumerate(times_of(flow.path, steps, finest)):
        yield FlowStep(k, steps, float(t), y, gained, k * calls)
        if k < steps:
            y, more = flow.step(y, low + k * length, length, solver)
            gained = gained + more


def times_of(path: Path, steps: int, finest: float = FINEST) -> Tensor:
    """The times of all steps of `flowed`, from the data towards noise: (steps+1,) float64."""
    low, length = _spread(path, steps, finest)
    return torch.stack([_time(path, low + k * length) for k in range(steps + 1)])


def _spread(path: Path, steps: int, finest: float) -> tuple[float, float]:
    """Where log(sigma/alpha) begins, and the length of equal steps of it to t_max."""
    # by log-SNR, which `kappa` rounds otherwise: recipes repeat to the bit
    low, high = math.log(finest), -float(path.log_snr(path.end)) / 2
    return low, (high - low) / steps


def _time(path: Path, log_kappa: float) -> Tensor:
    """The time of a log(sigma/alpha): 0-d float64."""
    # that of t_max inverts only up to rounding, and a time above it is off the path
    return path.t_at(torch.tensor(-2 * log_kappa, dtype=torch.float64)).clamp(max=path.t_max)


def log_density(path: Path, end: FlowStep) -> Tensor:
    """log p(x0), (B,) float64 nats, by the last step of `flowed`; the prior is that of sampling, N(0, sigma²)."""
    # in terms of y: N(0, (sigma/alpha)²)
    variance = float(path.kappa(path.end)) ** 2
    y = end.y.flatten(1).cpu().double()
    return end.gained - (y.square().sum(1) / variance + y.shape[1] * math.log(2 * math.pi * variance)) / 2
