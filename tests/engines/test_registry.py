"""Contracts of everything that is registered: any sampler on any path, with any prediction, over any grid of times."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs
from engines.denoiser import Denoiser, NetworkDenoiser
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.prediction import Prediction, predictions, to_eps
from engines.process.times import TimeGrid, grids, time_grid
from engines.samplers.base import Sampler, Step, samplers

COUNT, STEPS = 8, 7
NOISE = Noise(sample_seeds(0, COUNT), (2,), dtype=torch.float64)


def run(sampler: Sampler, path: Path, denoiser: Denoiser, times: Tensor) -> list[Step]:
    return list(sampler(path, denoiser, path.initial(NOISE.initial()), times, noise=NOISE))


def learned(path: Path, kind: Prediction) -> NetworkDenoiser:
    """A network that outputs what a perfect one does, told state and time as networks are: of unit size, in float32."""
    exact = MixtureDenoiser(blobs(), path)

    def network(x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        time = t[0].double()
        state = x * path.scale(time)
        x0 = exact(state, time, cond)
        return kind.wanted(path, x0, to_eps(path, state, x0, time), time)

    return NetworkDenoiser(network, path, kind)


@pytest.mark.parametrize("path", [kind() for kind in paths().values()], ids=lambda path: path.name)
@pytest.mark.parametrize("name", samplers())
def test_a_sampler_gives_the_same_whatever_the_network_predicts(name: str, path: Path) -> None:
    """On the oracle: every step of the exact denoiser’s run, by a network of each prediction."""
    sampler, times = samplers()[name](), time_grid(path, STEPS)
    exact = run(sampler, path, MixtureDenoiser(blobs(), path), times)
    scales = [float(path.scale(torch.tensor(step.t, dtype=torch.float64))) for step in exact]
    for kind in predictions().values():
        found = run(sampler, path, learned(path, kind()), times)
        apart = [float((a.x - b.x).abs().max()) / scale for a, b, scale in zip(found, exact, scales, strict=True)]
        # a time in float32 is off by a ten-thousandth of what is left of the data at t_max, by which eps is divided
        assert max(apart) < 2e-3, kind.name
        assert [step.nfe for step in found] == [step.nfe for step in exact]


@pytest.mark.parametrize("grid", [kind() for kind in grids().values()], ids=lambda grid: grid.name)
@pytest.mark.parametrize("name", samplers())
def test_a_sampler_walks_every_grid_on_every_path_to_the_data(name: str, grid: TimeGrid) -> None:
    for path in (kind() for kind in paths().values()):
        sampler, times = samplers()[name](), time_grid(path, STEPS, grid)
        steps = run(sampler, path, MixtureDenoiser(blobs(), path), times)
        assert [step.index for step in steps] == list(range(sampler.steps(times) + 1))
        assert [step.t for step in steps] == sampler.visited(times).tolist()
        assert steps[-1].t == 0
        assert all(bool(step.x.isfinite().all()) and bool(step.x0.isfinite().all()) for step in steps)
        assert all(a.nfe <= b.nfe for a, b in pairwise(steps))
        if not sampler.adaptive:
            assert steps[-1].nfe == sampler.evaluations(times)
