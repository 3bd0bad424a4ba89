"""Claims on the log-density along the probability-flow ODE, against that of the data."""
# Tensor.sort carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache, partial

import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.checks.claim import Statement, stated
from engines.checks.measures import gap
from engines.checks.plots import beside, falling
from engines.data.points.mixtures import TwoBlobs
from engines.likelihood.flow import FINEST, Flow, FlowStep, Solver, flowed, log_density
from engines.likelihood.trace import Exact, Hutchinson, Law, Trace
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.vp_cosine import VPCosine

ORDERS = {Solver.HEUN: (2, (25, 50, 100, 200)), Solver.RK4: (4, (25, 50, 100))}
KIND = "likelihood"
REPEATS = 1000


def claims() -> Iterator[Statement]:
    """Every claim here; a few seconds on one core."""
    for kind in paths().values():
        yield truth_claim(kind())
    # in terms of y and log(sigma/alpha) every path has one and the same flow
    yield from order_claims(VPCosine())
    yield from probe_claims(VPCosine())


def truth_claim(path: Path) -> Statement:
    """log p of points of a mixture, with what the flow's samples begin with as the only prior."""
    x0 = _data().sample(64, seed=3)
    truth = _data().log_density(x0).sort()
    found = cache(lambda: log_density(path, last(path, x0[truth.indices], 100)))
    return stated(f"{path.name}: log p along the flow is the true one, largest error in nats", KIND,
                  lambda: gap(found(), truth.values), 0, 1e-3,
                  plot=lambda: beside("Log-density", found(), truth.values, truth.values,
                                      x="true log p (nats)", y="log p (nats)", names=("along the flow", "true")))


def order_claims(path: Path) -> Iterator[Statement]:
    """How the error falls with the steps of each solver."""
    for solver, (expected, steps) in ORDERS.items():
        yield falling(f"{path.name}: order of log p by {solver.value}", KIND, partial(solver_error, path, solver),
                      steps, expected, 0.25)


def solver_error(path: Path, solver: Solver, steps: int) -> float:
    """Mean error in nats against the true densities at both ends of the flow, so that only the solver's is left."""
    data, x0 = _data(), _data().sample(64, seed=3)
    end, coarsest = last(path, x0, steps, solver=solver), float(path.kappa(path.end))
    # y at sigma/alpha = ratio is data with that much noise
    exact = data.log_density(x0, 1.0, FINEST) - data.log_density(end.y, 1.0, coarsest)
    return float((end.gained - exact).abs().mean())


def probe_claims(path: Path) -> Iterator[Statement]:
    """One point over and over: as the flow itself has no chance in it, the mean over probes must be the exact log p."""
    for law in Law:
        yield stated(f"{path.name}: log p by {law.value} probes, standard errors of its mean from the exact one", KIND,
                     partial(probe_error, path, law), 0, 5)


def probe_error(path: Path, law: Law) -> float:
    """How many standard errors the mean over probes is from the exact log p of one point."""
    x0 = _data().sample(1, seed=4)
    exact = float(log_density(path, last(path, x0, 20))[0])
    found = log_density(path, last(path, x0.expand(REPEATS, -1), 20, trace=Hutchinson(law=law)))
    return (float(found.mean()) - exact) / (float(found.std()) / math.sqrt(REPEATS))


def last(path: Path, x0: Tensor, steps: int, *, solver: Solver = Solver.RK4, trace: Trace | None = None) -> FlowStep:
    """The end of the flow of the exact denoiser."""
    noise = Noise(sample_seeds(0, len(x0)), tuple(x0.shape[1:]), dtype=torch.float64)
    flow = Flow(path, MixtureDenoiser(_data(), path), trace or Exact(), noise)
    *_, end = flowed(flow, x0, steps, solver=solver)
    return end


def _data() -> Mixture:
    """Two blobs of mean 0 and variance 1, as all point sets: what is left of their mean at t_max is then nothing."""
    return TwoBlobs().mixture()
