"""Points are sampled: from every set, resumed and branched to the bit, with modes as classes; bad options are said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.component import validated
from engines.context import Context, Start
from engines.data.points.base import point_sets
from engines.data.points.own import FILE
from engines.data.points.raster import Text
from engines.device import device
from engines.errors import BadInput, BadOption, BadPoints, BadRecipe, Diverged
from engines.events import Event, Noted, Opened, Sampled, Stepped
from engines.modalities.points import npy_bytes
from engines.samplers.annealed_langevin import AnnealedLangevin
from engines.samplers.ddim import DDIM
from engines.samplers.langevin import Langevin
from engines.tasks.base import task
from engines.tasks.sample_points import SamplePoints, SamplePointsOptions

SETS = [name for name in point_sets() if name != "own"]


def ran(folder: Path, start: Start | None = None, files: dict[str, bytes] | None = None, **values: Any) -> list[Event]:
    """The events of a run."""
    options = validated(SamplePointsOptions, {"count": 200, "steps": 12, **values})
    return list(SamplePoints().run(options, Context(device("cpu"), folder, files=files or {}, start=start)))


def result(events: list[Event]) -> np.ndarray:
    """Its finished points."""
    last = events[-1]
    assert isinstance(last, Sampled)
    return last.samples


def states(events: list[Event]) -> list[np.ndarray]:
    """The states of all steps."""
    return [event.step.x.numpy() for event in events if isinstance(event, Stepped)]


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_sampled_and_has_its_mean_and_variance(name: str, tmp_path: Path) -> None:
    events = ran(tmp_path, data=name, count=2000, steps=100)
    points = result(events)
    assert points.shape == (2000, point_sets()[name].dimension)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=0.1)
    assert points.var(axis=0).mean() == pytest.approx(1, abs=0.12)
    opened = next(event for event in events if isinstance(event, Opened))
    assert opened.shape == points.shape


def test_what_is_no_mixture_says_what_stands_in(tmp_path: Path) -> None:
    notes = [event.sentence for event in ran(tmp_path, data="checkerboard") if isinstance(event, Noted)]
    assert len(notes) == 1
    assert "“Checkerboard” has no exact denoiser" in notes[0]
    assert not [event for event in ran(tmp_path, data="ring") if isinstance(event, Noted)]


@pytest.mark.parametrize("sampler", ["ddim", "ddpm"])
def test_a_run_goes_on_from_any_step_to_the_bit(sampler: str, tmp_path: Path) -> None:
    whole = ran(tmp_path, sampler=sampler)
    rest = ran(tmp_path, Start(5, states(whole)[5]), sampler=sampler)
    np.testing.assert_array_equal(result(rest), result(whole))
    np.testing.assert_array_equal(result(ran(tmp_path, sampler=sampler)), result(whole))


def test_many_points_are_those_of_few(tmp_path: Path) -> None:
    """Point k is the same whatever the count, also where the points go through in parts."""
    np.testing.assert_array_equal(result(ran(tmp_path, count=20_050, steps=2))[:50],
                                  result(ran(tmp_path, count=50, steps=2)))


def test_a_class_is_a_mode(tmp_path: Path) -> None:
    mixture = point_sets()["ring"]().mixture()
    assert mixture is not None
    points = result(ran(tmp_path, data="ring", label="3"))
    shares = mixture.responsibilities(torch.as_tensor(points, dtype=torch.float64))
    assert bool((shares.argmax(1) == 2).all())


def test_guidance_costs_a_second_evaluation(tmp_path: Path) -> None:
    plain, guided = (ran(tmp_path, label="each", guidance=g)[-1] for g in (1.0, 3.0))
    assert isinstance(plain, Sampled)
    assert isinstance(guided, Sampled)
    assert (plain.nfe, guided.nfe) == (12, 24)
    cost = SamplePoints().cost_of(validated(SamplePointsOptions, {"steps": 12, "label": "each", "guidance": 3.0}), None)
    assert cost is not None
    assert cost.evaluations == 24


def test_own_points_travel_as_a_file(tmp_path: Path) -> None:
    own = np.random.default_rng(0).normal(size=(500, 2)) * 7 + 40
    points = result(ran(tmp_path, data="own", files={FILE: npy_bytes(own)}))
    assert np.abs(points.mean(axis=0)).max() < 0.3
    line = result(ran(tmp_path, data="own", files={FILE: npy_bytes(own[:, :1])}))
    assert line.shape == (200, 1)


def test_bad_options_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadPoints, match="no own points yet"):
        ran(tmp_path, data="own")
    with pytest.raises(BadOption, match="Class “9” is not one"):
        ran(tmp_path, label="9")
    with pytest.raises(BadOption, match="choose 1 or more"):
        ran(tmp_path, steps=0)
    with pytest.raises(BadOption, match="choose 10,000 or less"):
        ran(tmp_path, steps=1_000_000)
    with pytest.raises(BadRecipe, match="branch with the run’s own data and count"):
        ran(tmp_path, Start(3, np.zeros((7, 2), np.float32)))
    assert task("sample-points").shown_as == "field"
    assert [task(name).draws for name in ("sample-points", "generate", "likelihood", "sweep")] == [
        True, True, False, False]


@pytest.mark.parametrize(("sampler", "remedy"), [
    ({"name": "langevin", "size": 10.0}, "choose a step size below 2, where it is 10 now."),
    ({"name": "annealed-langevin", "size": 8.0}, "choose a step size below 2, where it is 8 now.")])
def test_a_langevin_step_that_is_too_large_is_named_where_it_diverges(tmp_path: Path, sampler: dict[str, object],
                                                                      remedy: str) -> None:
    with pytest.raises(Diverged) as raised:
        ran(tmp_path, count=20, steps=200, sampler=sampler)
    assert str(raised.value).endswith(remedy)
    assert Langevin(size=1.9).calmer() == DDIM().calmer(), "a step that is small enough is not blamed"
    assert not Langevin(size=1.9).calmed()
    assert Langevin(size=2).calmed() == AnnealedLangevin(size=2).calmed() == {"size": 1}
    ran(tmp_path, count=20, steps=200, sampler={**sampler, "size": 1.0})


def test_letters_that_the_font_lacks_are_named_and_not_drawn_as_boxes() -> None:
    with pytest.raises(BadInput, match="The text has “😀漢”, which the font does not draw"):
        Text(text="a😀 漢😀").raster()
    assert Text(text="Äé → β…").raster().ink.any()
