"""A distilled model that is called more than once: every time is learned, and old runs are repeated as they were."""

from __future__ import annotations

import pytest
import torch

from engines.checkpoint import build_network
from engines.data.pointdata import FreshPoints
from engines.data.points.base import point_sets
from engines.denoiser import Denoiser, NetworkDenoiser
from engines.device import device
from engines.metrics.points import energy_distance
from engines.networks.mlp import MLPOptions
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.samplers.consistency import Consistency
from engines.tasks.base import options_of
from engines.tasks.train_points import TrainPointsOptions, known_of, spec_of
from engines.training.draws import draw
from engines.training.objective import seeded
from engines.training.objectives.base import Setting
from engines.training.objectives.consistency import curve_times, place_of, time_at
from engines.training.objectives.consistency_distillation import ConsistencyDistillation, Times
from engines.training.state import new_state
from engines.training.trainer import Trainer

CPU, COUNT = device("cpu"), 4000
RING = FreshPoints(point_sets()["ring"]())


def distilled(times: Times) -> Denoiser:
    """A small network after a short distillation from the exact denoiser of a ring of blobs."""
    options = TrainPointsOptions(objective=ConsistencyDistillation(times=times), steps=600, batch=256, preview_every=0,
                                 validate_every=0, network=MLPOptions(width=64, depth=2, octaves=2))
    spec = spec_of(options, RING)
    with seeded(0, CPU):
        network = build_network(spec)
    state = new_state(network, options.learning_rate, options.weight_decay)
    for _ in Trainer(state, options.plan(), options.path, RING, CPU, known_of(RING, options.path)).run():
        pass
    return NetworkDenoiser(state.average, options.path, options.prediction)


@torch.no_grad()
def distance(denoiser: Denoiser, calls: int) -> float:
    """Of so many samples to as many exact ones."""
    path, noise = VPCosine(), Noise(sample_seeds(1000, COUNT), (2,), CPU.torch)
    x = path.initial(noise.initial())
    for step in Consistency()(path, denoiser, x, time_grid(path, calls), noise=noise, cond=None):
        x = step.x
    return energy_distance(x, RING.points.sample(COUNT, 3))


def test_samples_get_better_with_each_call_where_every_time_was_learned() -> None:
    every, alone = distilled(Times.EVERY), distilled(Times.LEVELS)
    one, two, four = (distance(every, calls) for calls in (1, 2, 4))
    assert four < two < one
    # as first published: between the levels the network knows nothing, and near the data little
    assert distance(alone, 4) > 5 * four


@pytest.mark.parametrize("path", [path() for path in paths().values()], ids=lambda path: path.name)
def test_levels_lie_at_even_places_of_their_curve(path: Path) -> None:
    times, places = curve_times(path, 9), torch.linspace(0, 1, 9, dtype=torch.float64)
    torch.testing.assert_close(time_at(path, places), times[1:], rtol=1e-6, atol=1e-12)
    torch.testing.assert_close(place_of(path, times[1:]), places, rtol=0, atol=1e-6)
    assert time_at(path, torch.tensor([-0.01, -1.0], dtype=torch.float64)).tolist() == [0, 0]
    draws = ConsistencyDistillation().prepared(Setting(path, TrainPointsOptions().prediction), torch.zeros(64, 2),
                                               torch.zeros(64), draw(0, 0, (64, 2), path, 0.0))
    assert len(set(draws.t.tolist())) == 64
    assert float(draws.t.max()) <= path.t_max


def test_a_run_that_was_computed_before_there_was_a_choice_is_repeated_as_it_was() -> None:
    options = {"objective": {"name": "consistency-distillation", "teacher": "", "levels": 18}}
    ran = Recipe("train-points", options, backend={"device": "cpu"})
    asked = Recipe("train-points", options)
    chosen = Recipe("train-points", {"objective": {**options["objective"], "times": "every"}}, backend=ran.backend)
    found = [options_of(recipe).model_dump()["objective"]["times"] for recipe in (ran, asked, chosen)]
    assert found == [Times.LEVELS, Times.EVERY, Times.EVERY]
    draws = draw(0, 0, (64, 2), VPCosine(), 0.0)
    old = ConsistencyDistillation(times=Times.LEVELS).prepared(Setting(VPCosine(), TrainPointsOptions().prediction),
                                                               torch.zeros(64, 2), torch.zeros(64), draws)
    assert set(old.t.tolist()) <= set(curve_times(VPCosine(), 18).tolist())
