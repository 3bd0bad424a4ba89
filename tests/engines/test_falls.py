"""What is said before a run whose noise level falls too far at once for its sampler."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs
from engines.context import Start
from engines.data.points.curve import Spiral
from engines.events import Noted, Opened
from engines.metrics.points import sliced_wasserstein
from engines.priors import exact_prior
from engines.process.noise import Noise, sample_seeds
from engines.process.times import LogSNR, TimeGrid, Uniform, grids, time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Sampler, samplers
from engines.samplers.dpmpp import DPMSolverPP
from engines.samplers.euler import Euler
from engines.samplers.falls import TOO_FAR, fall_remark, falls
from engines.samplers.heun import Heun
from engines.samplers.plms import PLMS
from engines.sampling import Plan, sample, steps

PATH = VPCosine()


def plan(sampler: Sampler, grid: TimeGrid, steps: int, start: Start | None = None) -> Plan:
    """A run on two blobs."""
    return Plan("run", PATH, MixtureDenoiser(blobs(), PATH), sampler, time_grid(PATH, steps, grid),
                Noise(sample_seeds(0, 2), (2,)), (-1, -1), start)


def test_a_run_begins_with_one_sentence_where_the_level_falls_too_far() -> None:
    """It names the sampler, the fall, and what to choose, which is then said nothing of."""
    first, second, *_ = sample(plan(Heun(), Uniform(), 6))
    assert isinstance(first, Noted)
    assert isinstance(second, Opened)
    for words in ("Heun", "in step 1 it falls from 642 to 3.74", "choose the spacing Log-SNR", "DPM-Solver++ 2M"):
        assert words in first.sentence
    assert isinstance(next(sample(plan(Heun(), LogSNR(), 12))), Opened)
    assert isinstance(next(sample(plan(DPMSolverPP(), Uniform(), 6))), Opened)
    assert isinstance(next(sample(plan(Euler(), Uniform(), 6))), Opened)


def test_of_a_run_that_goes_on_it_was_said_before() -> None:
    x = torch.zeros(2, 2).numpy()
    first, *events = sample(plan(Heun(), Uniform(), 6, Start(2, x)))
    assert isinstance(first, Opened)
    assert not any(isinstance(event, Noted) for event in events)


def test_the_remedy_that_is_named_is_enough() -> None:
    """The number of steps in the sentence is the least with which log-SNR has no such fall."""
    said = fall_remark(PLMS(), PATH, time_grid(PATH, 3))
    steps = int(said.partition("at least ")[2].split()[0])
    assert fall_remark(PLMS(), PATH, time_grid(PATH, steps, LogSNR())) == ""
    assert float(falls(PATH, time_grid(PATH, steps - 1, LogSNR())).max()) > TOO_FAR


@pytest.mark.parametrize("name", sorted(samplers()))
def test_only_samplers_that_go_by_level_are_spoken_of(name: str) -> None:
    kind = samplers()[name]
    assert bool(fall_remark(kind(), PATH, time_grid(PATH, 6))) is kind.by_level
    assert fall_remark(kind(), PATH, time_grid(PATH, 1)) == "", "a single step has no slope at its end"


@pytest.mark.parametrize("name", sorted(samplers()))
def test_every_sampler_names_a_grid_that_suits_it(name: str) -> None:
    """One that goes by level does not take equal steps of time, whose first falls too far with few of them."""
    kind = samplers()[name]
    assert kind.grid in grids()
    assert fall_remark(kind(), PATH, time_grid(PATH, 15, grids()[kind.grid]())) == ""


def test_the_suggested_grid_brings_samples_closer_to_the_data() -> None:
    """With 10 steps, of the exact denoiser: by a quarter of the distance of the uniform grid, or more."""
    for kind in (Heun, PLMS):
        found = {grid.name: apart(kind(), grid) for grid in (Uniform(), grids()[kind.grid]())}
        assert found[kind.grid] < 0.75 * found["uniform"]


def apart(sampler: Sampler, grid: TimeGrid) -> float:
    """Sliced Wasserstein distance of 1,000 points of the spiral to as many of the truth."""
    data = Spiral()
    prior = exact_prior(data, PATH)
    run = Plan("run", PATH, prior.denoiser, sampler, time_grid(PATH, 10, grid), Noise(sample_seeds(3, 1000), (2,)),
               (-1,) * 1000)
    *_, last = steps(run)
    return sliced_wasserstein(last.x.double(), data.sample(1000, 99))


def test_the_spacing_that_is_set_is_not_advised() -> None:
    """More steps are all that is left, and the number that is named is enough."""
    said = fall_remark(PLMS(), PATH, time_grid(PATH, 3, LogSNR()))
    assert "choose the spacing" not in said
    assert "; take at least " in said
    steps = int(said.partition("at least ")[2].split()[0])
    assert fall_remark(PLMS(), PATH, time_grid(PATH, steps, LogSNR())) == ""
