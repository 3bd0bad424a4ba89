"""What is known exactly, on machines with a faster device: a mixture is float64 on the CPU, whatever lies elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser, rounds
from engines.context import Context
from engines.device import device
from engines.events import Measured, Sampled
from engines.networks.mixture import MixtureNetwork
from engines.networks.mlp import MLPOptions
from engines.process.prediction import V
from engines.process.vp_cosine import VPCosine
from engines.tasks.base import Task
from engines.tasks.bound import BoundTask
from engines.tasks.fit_mixture import FitMixture, FitOptions
from engines.tasks.interpolate_points import InterpolatePoints
from engines.tasks.invert_points import InvertPoints
from engines.tasks.likelihood import LikelihoodTask
from engines.tasks.sample_points import SamplePoints
from engines.training.draws import draw
from engines.training.objective import Goal
from engines.training.objectives.base import Known, Objective, Setting
from engines.training.objectives.consistency_distillation import ConsistencyDistillation
from engines.training.objectives.score_matching import Explicit
from tests.engines.other_device import ELSEWHERE, OtherDevice

PATH, PLACE = VPCosine(), ELSEWHERE.torch
X, T = torch.linspace(-2, 2, 12).reshape(6, 2), torch.linspace(0.1, 0.9, 6)
BLOBS = rounds(torch.tensor([0.4, 0.6]), torch.tensor([[-1.0, 0.0], [1.0, 0.5]]), 0.1)
TASKS = [SamplePoints, InvertPoints, InterpolatePoints, LikelihoodTask, BoundTask]


def results(task: type[Task], context: Context, **options: Any) -> list[Any]:
    """Figures and fingerprints that a run ends with."""
    found = list(task().run(task.Form(**options), context))
    return [event.sha256 if isinstance(event, Sampled) else event for event in found
            if isinstance(event, Measured | Sampled)]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("prior", ["exact", "my-mixture"])
def test_an_exact_prior_says_on_another_device_what_it_says_on_the_cpu(task: type[Task], prior: str,
                                                                       tmp_path: Path) -> None:
    list(FitMixture().run(FitOptions(count=200, components=2, iterations=5), Context(device("cpu"), tmp_path)))
    options = {"prior": prior, "count": 12, "steps": 5}
    wanted = results(task, Context(device("cpu"), tmp_path, (tmp_path,)), **options)
    with OtherDevice():
        found = results(task, Context(ELSEWHERE, tmp_path, (tmp_path,)), **options)
    assert found
    assert found == wanted


@pytest.mark.parametrize("label", [-1, 1])
def test_the_exact_denoiser_and_its_trace_take_states_of_any_device(label: int) -> None:
    prior, cond = MixtureDenoiser(BLOBS, PATH), torch.full((6,), label)
    wanted, trace = prior(X, T, cond), prior.trace(X, T, cond)
    with OtherDevice():
        asked = X.to(PLACE), T.to(PLACE), cond.to(PLACE)
        found = prior(*asked)
        assert found.device == PLACE
        assert torch.equal(found.cpu(), wanted)
        assert torch.equal(prior.trace(*asked), trace)


@pytest.mark.parametrize("times", [T, T[:1].expand(6)])
def test_a_fitted_mixture_is_a_network_of_any_device(times: Tensor) -> None:
    network = MixtureNetwork(PATH, BLOBS.weights.float(), BLOBS.means.float(), BLOBS.covariances.float())
    wanted = network(X, times)
    with OtherDevice():
        moved = MixtureNetwork(PATH, *(buffer.to(PLACE) for buffer in network.buffers()))
        found = moved(X.to(PLACE), times.to(PLACE), torch.full((6,), -1).to(PLACE))
        assert found.device == PLACE
        assert torch.equal(found.cpu(), wanted)


@pytest.mark.parametrize("objective", [Explicit(), ConsistencyDistillation()])
def test_what_is_learnt_from_the_exact_denoiser_is_learnt_on_any_device(objective: Objective) -> None:
    network = MLPOptions().build((2,), 0)
    goals = [Goal(Setting(PATH, V(), known=Known(exact=MixtureDenoiser(BLOBS, PATH))), place, objective)
             for place in (device("cpu"), ELSEWHERE)]
    labels, draws = torch.zeros(6, dtype=torch.long), draw(0, 0, (6, 2), PATH, 0.0)
    draws = goals[0].prepared(X, labels, draws, torch.Generator())
    wanted = goals[0].losses(network, X, labels, draws, slice(6))
    with OtherDevice():
        found = goals[1].losses(network, X, labels, draws, slice(6))
        assert found.device == PLACE
        torch.testing.assert_close(found.cpu(), wanted.float(), rtol=1e-3, atol=1e-5)
