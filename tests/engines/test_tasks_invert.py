"""Inversion as tasks: there and back in one run, against flows that are known in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.context import Context
from engines.errors import BadOption
from engines.events import Event, Measured, Noted, Stepped
from engines.inverse.exact_flow import exact_flow
from engines.inverse.inversion import invertible
from engines.inverse.round_trip import raised
from engines.mixture import Mixture
from engines.model_file import read_header
from engines.process.paths import paths
from engines.process.times import LogSNR, time_grid
from engines.recipe import Recipe
from engines.samplers.base import samplers
from engines.shown import FROM_DATA, FROM_FLOW
from engines.tasks.base import options_of, task
from tests.engines.small import attachments, context, events, opening, picture, result, resumed, save_small, steps

GAUSSIAN = {"data": {"name": "gaussian", "correlation": 0.0}, "count": 64, "seed": 3}


def points(folder: Path, options: Mapping[str, Any], **around: Any) -> list[Event]:
    """All events of an inversion of points."""
    chosen = options_of(Recipe("invert-points", dict(options)))
    return list(task("invert-points").run(chosen, Context(context(folder).device, folder, **around)))


def figures(found: list[Event]) -> dict[str, float]:
    """What was measured."""
    return {name: value for event in found if isinstance(event, Measured) for name, value in event.values.items()}


def curve(found: list[Event], name: str) -> list[float]:
    """A curve by step."""
    return [event.curves[name] for event in found if isinstance(event, Stepped)]


@pytest.fixture
def pictured(tmp_path: Path) -> Context:
    """A small model and a picture."""
    save_small(tmp_path)
    return context(tmp_path, attachments(picture(8, 8), np.zeros((8, 8), np.float32)))


@pytest.mark.parametrize("path_name", sorted(paths()))
def test_the_exact_flow_of_a_gaussian_is_its_scale(path_name: str) -> None:
    """Of N(0, Σ) each principal axis keeps its share of the marginal's deviation √(α²λ + σ²)."""
    path = paths()[path_name]()
    spread = torch.tensor([0.3, 1.7], dtype=torch.float64)
    prior = MixtureDenoiser(Mixture(torch.ones(1).double(), torch.zeros(1, 2).double(), spread.diag()[None]), path)
    times = raised(path, time_grid(path, 6, LogSNR())).flip(0)
    x = torch.tensor([[0.4, -1.1], [2.0, 0.3]], dtype=torch.float64)
    scale = [(path.alpha(t).square() * spread + path.sigma(t).square()).sqrt() for t in times]
    for found, wide in zip(exact_flow(path, prior, x, times), scale, strict=True):
        torch.testing.assert_close(found, x * wide / scale[0], rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("name", sorted(invertible()))
def test_the_noise_found_nears_the_exact_one_by_the_order_of_the_sampler(tmp_path: Path, name: str) -> None:
    errors = [figures(points(tmp_path, {**GAUSSIAN, "sampler": name, "steps": n}))["noise_error"] for n in (20, 40)]
    order = samplers()[name].order
    # states are recorded as float32, below whose rounding no order can be seen
    assert errors[1] < max(errors[0] / 2 ** (order - 0.6), 2e-5)
    assert errors[1] < 0.2


def test_points_come_back_and_their_distances_are_told(tmp_path: Path) -> None:
    found = points(tmp_path, {**GAUSSIAN, "sampler": "rk4", "steps": 30})
    begun, back = steps(found)[0].x, torch.tensor(result(found).samples)
    far = (back - begun).square().sum(dim=1).sqrt()
    told = figures(found)
    assert told["worst"] == pytest.approx(float(far.max()), rel=1e-4)
    assert told["worst"] < 1e-3
    assert told["noise_rms"] == pytest.approx(1, abs=0.15)
    turn = steps(found)[30]
    assert float(turn.x.square().mean().sqrt()) == pytest.approx(told["noise_rms"], rel=1e-4)
    assert curve(found, FROM_FLOW)[30] == pytest.approx(told["noise_error"], rel=1e-3)
    assert curve(found, FROM_FLOW)[0] == pytest.approx(0, abs=1e-7)
    assert curve(found, FROM_DATA)[-1] == pytest.approx(told["rms"], rel=1e-4)


def test_a_run_visits_the_times_there_and_the_same_back(pictured: Context) -> None:
    found = events("invert", {}, pictured)
    times = opening(found).times
    assert len(times) == 13
    assert [step.t for step in steps(found)] == times.tolist()
    np.testing.assert_array_equal(times, times[::-1])
    assert times[0] > 0
    assert times[6] == times.max()
    # the first state is the picture itself
    seen = picture(8, 8)[..., 0].astype(np.float32) / 127.5 - 1
    np.testing.assert_allclose(steps(found)[0].x[0, 0].numpy(), seen, atol=1e-6)
    told = [event.sentence for event in found if isinstance(event, Noted)]
    assert told[-1].startswith("The picture came back with a PSNR of ")
    # six steps are too few for Heun
    assert "too far for good samples" in told[0]


@pytest.mark.parametrize("sampler", ["heun", "dpm++2m", "plms"])
@pytest.mark.parametrize("options", [{}, {"there": "a", "label": "each", "guidance": 2.0, "count": 3}])
@pytest.mark.parametrize("k", [0, 2, 6, 9, 12])
def test_a_resumed_trip_is_the_same(pictured: Context, sampler: str, options: dict[str, Any], k: int) -> None:
    chosen = {"sampler": sampler, **options}
    whole = events("invert", chosen, pictured)
    again = resumed("invert", chosen, pictured, whole, k)
    assert result(again).nfe == result(whole).nfe
    np.testing.assert_allclose(result(again).samples, result(whole).samples, atol=1e-6)
    assert [step.index for step in steps(again)] == list(range(k, 13))


def test_another_class_on_the_way_back_is_another_picture(pictured: Context) -> None:
    found = events("invert", {"there": "a", "label": "a,b", "count": 2}, pictured)
    same, other = result(found).samples
    assert np.abs(same - other).max() > 1e-3
    assert opening(found).labels == (0, 1)
    told = [event.sentence for event in found if isinstance(event, Noted)]
    assert told[-1].startswith("PSNR of 2 results against the picture, by class: a at ")
    assert figures(found)["psnr"] > 0
    # both begin the way back at one noise
    turn = steps(found)[6].x
    torch.testing.assert_close(turn[0], turn[1])


def test_another_way_back_is_not_held_against_the_exact_flow(tmp_path: Path) -> None:
    found = points(tmp_path, {"count": 8, "steps": 5, "there": "1", "label": "2"})
    assert "noise_error" not in figures(found)
    assert FROM_FLOW not in next(event for event in found if isinstance(event, Stepped)).curves


@pytest.mark.parametrize("name", ["invert", "invert-points", "interpolate", "interpolate-points"])
@pytest.mark.parametrize(("sampler", "why"), [
    ("ddpm", "Option sampler cannot be “ddpm”: choose one of ddim,"),
    ("dopri5", "Option sampler cannot be “dopri5”: choose one of ddim,"),
    ({"name": "ddim", "eta": 0.5}, "A sampler that draws fresh noise cannot be run backwards"),
    ({"name": "dpm++2m", "noisy": True}, "A sampler that draws fresh noise cannot be run backwards")])
def test_samplers_with_fresh_noise_are_refused(tmp_path: Path, name: str, sampler: object, why: str) -> None:
    save_small(tmp_path)
    model = {} if name.endswith("points") else {"model": "tiny"}
    with pytest.raises(BadOption, match=why):
        list(task(name).run(options_of(Recipe(name, {**model, "sampler": sampler, "steps": 3})),
                            context(tmp_path, attachments(picture(8, 8), np.zeros((8, 8), np.float32)))))


@pytest.mark.parametrize("name", ["invert", "invert-points", "interpolate", "interpolate-points"])
def test_the_form_says_what_does_not_go_together(tmp_path: Path, name: str) -> None:
    spec = None if name.endswith("points") else read_header(save_small(tmp_path)).spec
    noisy = options_of(Recipe(name, {"sampler": {"name": "dpm++2m", "noisy": True}}))
    with pytest.raises(BadOption, match="cannot be run backwards"):
        task(name).check_choices(noisy, spec)
    fine, rough = (options_of(Recipe(name, {"steps": steps})) for steps in (60, 4))
    task(name).check_choices(fine, spec)
    assert task(name).caution(fine, spec) == ""
    assert "too far for good samples" in task(name).caution(rough, spec)


@pytest.mark.parametrize("options", [{}, {"label": "each", "guidance": 3.0}])
def test_what_points_cost_is_told_beforehand(tmp_path: Path, options: dict[str, Any]) -> None:
    chosen = {"steps": 4, "count": 5, **options}
    cost = task("invert-points").cost_of(options_of(Recipe("invert-points", chosen)), None)
    assert cost is not None
    assert (cost.evaluations, cost.samples) == (result(points(tmp_path, chosen)).nfe, 5)
