"""What is known of a density of points at a noise level, for arrays: the fields that a canvas draws and a probe tells.

Everything is in the coordinates in which states are seen: x divided by `scale`, which is 1 on most paths. A velocity is
that of these coordinates, so that what is drawn moves along it also where the scale changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.denoiser import Denoiser
from engines.likelihood.flow import Flow, flowed, log_density
from engines.likelihood.trace import Exact
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.seen import seen_growth

Array = np.ndarray[Any, np.dtype[Any]]
NARROW = 0.02  # sigma/alpha that stands for 0: what a network learned has no density by itself
APART = 0.5  # of log(sigma/alpha), between two steps of the flow
LEAST = 3e-3  # sigma/alpha that stands for 0: below it a score by Tweedie's formula is nothing but rounding


@dataclass(frozen=True, slots=True)
class Marginal:
    """p_t of a density and its denoiser, at one time.

    denoiser: exact or learned; path: its process; t: in [0, t_max]; scale: what states are divided by to be seen, as
    `seen_scale` has it.
    """

    denoiser: Denoiser
    path: Path
    t: float
    scale: float = 1.0

    @property
    def mixture(self) -> Mixture | None:
        """The mixture behind an exact denoiser, None behind a network."""
        return self.denoiser.mixture if isinstance(self.denoiser, MixtureDenoiser) else None

    @property
    def levels(self) -> tuple[float, float]:
        """alpha and sigma of the path at this time."""
        return self._levels(torch.tensor(self.t, dtype=torch.float64))

    def log_density(self, seen: Array) -> Array:
        """log p of points (N, d): (N,) float64, NaN where no density is known."""
        mixture, (alpha, sigma) = self.mixture, self.levels
        if mixture is None:
            return np.full(len(seen), np.nan)
        volume = seen.shape[1] * np.log(self.scale)
        return mixture.log_density(self._x(seen), alpha, sigma).numpy() + volume

    def believed(self, seen: Array) -> Iterator[tuple[float, Array]]:
        """log p of points (N, d) as the denoiser believes it, along its probability-flow ODE; of a mixture exactly.

        Yields the share that is done and log p (N,) float64, of which the last counts: a consumer may stop between.
        For noise below NARROW it is the density of the data with that much noise.
        """
        if self.mixture is not None:
            yield 1.0, self.log_density(seen)
            return
        (alpha, sigma), count = self.levels, len(seen)
        narrow = max(sigma / alpha, NARROW)
        steps = max(1, math.ceil(math.log(float(self.path.kappa(self.path.end)) / narrow) / APART))
        flow = Flow(self.path, self.denoiser, Exact(), Noise((0,) * count, seen.shape[1:]))
        # of y = x/alpha, whose volume is another than that of x as it is seen
        volume = seen.shape[1] * (np.log(self.scale) - math.log(alpha))
        for step in flowed(flow, self._x(seen).float() / alpha, steps, finest=narrow):
            yield step.index / step.total, log_density(self.path, step).numpy() + volume

    def density(self, seen: Array, blur: float = 0.0) -> Array:
        """p of points (N, d): (N,) float64; with no less noise, as it is seen, than `blur`."""
        mixture = self.mixture
        if mixture is None or not self.blurs(blur):
            return np.exp(self.log_density(seen))
        logs = mixture.log_density(self._x(seen), self.levels[0], blur * self.scale).numpy()
        return np.exp(logs + seen.shape[1] * np.log(self.scale))

    def blurs(self, blur: float) -> bool:
        """Whether there is less noise, as it is seen, than `blur`."""
        return self.levels[1] < blur * self.scale

    def score(self, seen: Array) -> Array:
        """∇ log p of points (N, d): (N, d) float64."""
        if self.mixture is not None:
            return self.mixture.score(self._x(seen), *self.levels).numpy() * self.scale
        return self._tweedie(seen) * self.scale

    def responsibilities(self, seen: Array) -> Array:
        """p(component | x_t) of points (N, d): (N, K) float64, one column for a denoiser that is no mixture's."""
        mixture = self.mixture
        return np.ones((len(seen), 1)) if mixture is None else \
            mixture.responsibilities(self._x(seen), *self.levels).numpy()

    def velocity(self, seen: Array) -> Array:
        """d(x/scale)/dt of the probability-flow ODE at points (N, d), in the direction of sampling, from noise to data.
        """
        t = torch.tensor(self.t, dtype=torch.float64)
        # as drift and diffusion, which are finite at t = 0, where sigma's own rate is not
        drift, diffusion2 = float(self.path.dlog_alpha(t)), float(self.path.diffusion2(t))
        slower = seen_growth(self.path, self.t) - drift
        return diffusion2 / 2 * self._tweedie(seen) / self.scale + slower * seen

    @torch.no_grad()
    def estimate(self, seen: Array, label: int = -1) -> Array:
        """x0_hat of points (N, d): (N, d) float64, with a class label or −1 for none."""
        x = self._x(seen)
        cond = None if label < 0 else torch.full((len(x),), label)
        if self.mixture is None:
            x = x.float()
        return self.denoiser(x, self._early, cond).double().numpy()

    @property
    def _early(self) -> Tensor:
        """This time, or the first of which Tweedie's formula gives a score: 0-d float64."""
        return torch.tensor(max(self.t, time_of(self.path, -2 * math.log(LEAST))), dtype=torch.float64)

    def _tweedie(self, seen: Array) -> Array:
        """∇ log p of x, not of what is seen of it, by the estimate: (N, d) float64."""
        alpha, sigma = self._levels(self._early)
        return (alpha * self.estimate(seen) - seen * self.scale) / sigma**2

    def _levels(self, t: Tensor) -> tuple[float, float]:
        return float(self.path.alpha(t)), float(self.path.sigma(t))

    def _x(self, seen: Array) -> Tensor:
        return torch.as_tensor(seen, dtype=torch.float64) * self.scale


def time_of(path: Path, log_snr: float) -> float:
    """The time at which a path has a log-SNR, the nearest end for one that it does not reach."""
    return float(path.t_at(torch.tensor(log_snr, dtype=torch.float64)).clamp(0.0, path.t_max))


def levels_at(path: Path, times: Array) -> tuple[Array, Array]:
    """alpha and sigma of a path at times (N,): (N,) float64 each."""
    t = torch.as_tensor(times, dtype=torch.float64)
    return path.alpha(t).numpy(), path.sigma(t).numpy()
