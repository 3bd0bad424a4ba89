"""Claims on what follows the flow from end to end: consistency sampling, inversion, and states between two noises."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.checks.claim import Statement, stated
from engines.checks.closed_form import Law, carried, probed
from engines.checks.measures import length, rms
from engines.checks.oracle_claims import blob
from engines.checks.plots import falling
from engines.denoiser import Denoised, Denoiser
from engines.inverse.inversion import inverted
from engines.process.noise import Noise
from engines.process.paths import Path, paths
from engines.process.slerp import slerp
from engines.process.times import time_grid
from engines.process.vp_linear import VPLinear
from engines.samplers.base import Sampler, samplers
from engines.samplers.consistency import Consistency
from engines.samplers.rk4 import RungeKutta4

FINEST, COARSEST = 0.2, 5.0  # levels sigma/alpha between which data are inverted
STEPS = (10, 20, 40, 80)  # of an inversion


def claims() -> Iterator[Statement]:
    """Every claim here; some seconds on one core."""
    for kind in paths().values():
        yield from consistency_claims(kind())
        yield inversion_claim(kind())
    yield from order_claims(VPLinear())
    yield from slerp_claims()


class FlowEnd(Denoiser):
    """The exact consistency function of one Gaussian: where the probability-flow ODE takes a state."""

    def __init__(self, data: Mixture, path: Path) -> None:
        self._data, self._path = data, path

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """That end, in place of the mean of all data that x may come from."""
        del cond
        return Denoised(carried(self._data, self._path, x, t, torch.zeros_like(t)))


def consistency_claims(path: Path) -> Iterator[Statement]:
    """With the exact consistency function any number of steps gives the law of the data."""
    for steps in (1, 4):
        # sampling begins at noise alone, which is a little off where a path leaves some of the data
        yield stated(f"{path.name}, consistency: law of the samples of {steps} step{'s' * (steps > 1)}", "sampler",
                     partial(law_error, path, steps), 0, 0.01)


def law_error(path: Path, steps: int) -> float:
    """How far the law of consistency samples is from that of the data."""
    data = blob()
    found = probed(Consistency(), path, time_grid(path, steps), data, FlowEnd(data, path)).law
    return found.gap(Law(data.means[0], data.covariance()))


def inversion_claim(path: Path) -> Statement:
    """Data run backwards end at the noise that the exact flow takes them to."""
    return stated(f"{path.name}, inversion by rk4: error of the noise of data over its size", "sampler",
                  lambda: inversion_error(RungeKutta4(), path, STEPS[-1]), 0, 1e-6)


def order_claims(path: Path) -> Iterator[Statement]:
    """Every sampler of the ODE runs backwards with its own order; one that adapts its steps has none of its own."""
    for name, kind in samplers().items():
        if kind.order and not kind.adaptive:
            yield falling(f"{path.name}, inversion by {name}: order of convergence", "sampler",
                          partial(inversion_error, kind(), path), STEPS, kind.order, 0.25)


def inversion_error(sampler: Sampler, path: Path, steps: int) -> float:
    """Root mean square of what inverted data of a Gaussian are off, in parts of the scale of the path there."""
    data = blob()
    levels = torch.linspace(math.log(FINEST), math.log(COARSEST), steps + 1, dtype=torch.float64).exp()
    times = torch.stack([path.t_at_kappa(level) for level in levels])
    x = data.sample(64, seed=3)
    *_, end = inverted(sampler, path, MixtureDenoiser(data, path), x, times)
    return rms((end.x - carried(data, path, x, times[0], times[-1])) / path.scale(times[-1]))


def slerp_claims() -> Iterator[Statement]:
    """Between two noises a state stays as long as they are, and goes along their arc evenly."""
    a, b = Noise((0, 1), (4096,), dtype=torch.float64).initial()
    yield stated("slerp: length half-way between two noises over the mean of theirs", "noise",
                 lambda: 2 * length(slerp(a, b, 0.5)) / (length(a) + length(b)), 1, 1e-9)
    yield stated("slerp: share of the angle between two noises after a quarter of the way", "noise",
                 lambda: _angle(a, slerp(a, b, 0.25)) / _angle(a, b), 0.25, 1e-9)


def _angle(a: Tensor, b: Tensor) -> float:
    """Between two directions, in radians."""
    return math.acos(max(-1.0, min(1.0, float(a @ b) / (length(a) * length(b)))))
