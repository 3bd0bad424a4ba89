"""The likelihood of pictures by the flow: against a Gaussian whose density is known, and as a task."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.context import Start
from engines.events import Measured, Opened, Stepped
from engines.likelihood.flow import Flow, Solver, log_density
from engines.likelihood.trace import Exact
from engines.model_file import read_header
from engines.process.noise import Noise, sample_seeds
from engines.shown import GAINED
from engines.tasks.base import task
from engines.tasks.likelihood_images import GRAIN, LikelihoodImagesOptions, figures_of, remark_on, spread_levels, walked
from engines.tasks.subjects import on_levels
from tests.engines.small import context, events, result, save_small, steps
from tests.engines.test_bound_images import MEAN, PATH, SPREAD, Blurred


def test_the_flow_finds_the_density_of_gaussian_pictures_and_spread_levels_that_of_their_levels() -> None:
    drawn = MEAN + SPREAD * torch.randn(32, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    noise = Noise(sample_seeds(3, 32), (1, 4, 4), torch.device("cpu"), torch.float64)
    x0 = spread_levels(on_levels(drawn).double(), noise)
    assert float((x0 - on_levels(drawn)).abs().max()) <= GRAIN / 2
    assert float((x0 - on_levels(drawn)).std()) == pytest.approx(GRAIN / math.sqrt(12), rel=0.1)
    asked = LikelihoodImagesOptions(count=32, steps=40, solver=Solver.RK4)
    walk = walked(Flow(PATH, Blurred(), Exact(), noise), x0, asked)
    told = list[float]()
    try:
        while True:
            event = next(walk)
            assert isinstance(event, Stepped)
            told.append(event.curves[GAINED])
    except StopIteration as stopped:
        end = stopped.value
    found = log_density(PATH, end)
    assert told[-1] == pytest.approx(float(end.gained.mean()))
    exact = torch.distributions.Normal(MEAN, SPREAD, validate_args=False).log_prob(x0).flatten(1).sum(1)
    torch.testing.assert_close(found, exact, rtol=0, atol=0.02)
    assert (len(told), told[0]) == (41, 0)
    values = figures_of(found, 16, 160)
    entropy = math.log(SPREAD * math.sqrt(2 * math.pi * math.e) / GRAIN) / math.log(2)
    assert abs(values["bits_per_dim"] - entropy) < 4 * values["bits_error"]


def test_the_task_tells_bits_for_each_number_and_costs_what_is_told(tmp_path: Path) -> None:
    file = save_small(tmp_path)
    whole = events("likelihood-images", {"count": 2}, context(tmp_path))
    (values,) = (dict(event.values) for event in whole if isinstance(event, Measured))
    assert set(values) <= set(task("likelihood-images").figures)
    assert values["bits_per_dim"] == pytest.approx(values["nll"] / (64 * math.log(2)))
    cost = task("likelihood-images").cost_of(LikelihoodImagesOptions(model="tiny", steps=6, count=2),
                                             read_header(file).spec)
    assert cost is not None
    assert (cost.samples, cost.evaluations, cost.gradients) == (2, values["nfe"], True)
    (opened,) = (event for event in whole if isinstance(event, Opened))
    assert [step.t for step in steps(whole)] == opened.times.tolist(), "to the bit"
    rest = events("likelihood-images", {"count": 2}, context(tmp_path, start=Start(4, np.zeros((2, 1, 8, 8)))))
    assert [step.index for step in steps(rest)] == [4, 5, 6]
    assert result(rest).sha256 == result(whole).sha256


def test_a_likelihood_above_one_is_told_to_be_none() -> None:
    assert remark_on({"bits_per_dim": 1.5, "nll": 815.2}) == (
        "−log P is 1.500 bits for each number of a picture at most, or 815.2 nats.")
    assert remark_on({"bits_per_dim": -0.5, "nll": -271.0}).endswith(
        "or −271.0 nats; no chance is above 1, so take more steps.")
