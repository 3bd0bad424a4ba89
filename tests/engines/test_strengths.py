"""A picture brought back from several strengths at once: each result is that of its strength alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.context import Start
from engines.errors import BadOption
from engines.events import Event
from engines.model_file import read_header
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.tasks.base import options_of, task
from tests.engines.small import attachments, context, events, opening, picture, result, resumed, save_small, steps

STRENGTHS = [70, 0, 30, 100, 30]
SAMPLERS = [{"name": "ddpm"}, {"name": "heun"}, {"name": "dpm++2m", "noisy": True}]


def edited(folder: Path, **options: Any) -> list[Event]:
    save_small(folder)
    files = attachments(picture(8, 8), np.zeros((8, 8), np.float32))
    return events("edit", {"steps": 9, "seed": 5, **options}, context(folder, files))


@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda s: "-".join(map(str, s.values())))
@pytest.mark.parametrize("label", ["free", "b,c"])
def test_each_strength_has_the_bits_of_a_run_of_its_own(tmp_path: Path, sampler: dict[str, Any], label: str) -> None:
    whole = result(edited(tmp_path, sampler=sampler, label=label, strengths=STRENGTHS))
    assert len(whole.samples) == len(STRENGTHS)
    for percent, sample in zip(STRENGTHS, whole.samples, strict=True):
        # those of one strength walk together, and a batch of two may round otherwise than two of one
        alone = result(edited(tmp_path, sampler=sampler, label=label.split(",")[0], strength=percent / 100,
                              seeds=[5] * STRENGTHS.count(percent)))
        np.testing.assert_array_equal(sample, alone.samples[0])


def test_a_sample_waits_as_the_picture_with_the_noise_of_the_time(tmp_path: Path) -> None:
    found = edited(tmp_path, strengths=[20, 90])
    times, path = opening(found).times, VPCosine()
    data = torch.as_tensor(result(edited(tmp_path, strength=0.0, count=1)).samples)
    first = steps(found)[0]
    # both have one seed: the same noise, at the time of the stronger
    torch.testing.assert_close(first.x[0], first.x[1], rtol=0, atol=0)
    t = torch.tensor(times[first.index])
    eps = (first.x[:1] - path.alpha(t) * data) / path.sigma(t)
    for step in steps(found):
        if step.t >= 0.25:
            t = torch.tensor(step.t, dtype=torch.float64)
            expected = path.alpha(t).float() * data + path.sigma(t).float() * eps
            torch.testing.assert_close(step.x[:1], expected, rtol=0, atol=2e-6)
            torch.testing.assert_close(step.x0[:1], data, rtol=0, atol=1e-6)


@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda s: "-".join(map(str, s.values())))
@pytest.mark.parametrize("k", [0, 4])
def test_a_resumed_run_ends_in_the_same_samples(tmp_path: Path, sampler: dict[str, Any], k: int) -> None:
    save_small(tmp_path)
    around = context(tmp_path, attachments(picture(8, 8), np.zeros((8, 8), np.float32)))
    options = {"steps": 9, "sampler": sampler, "strengths": [90, 40, 10]}
    whole = events("edit", options, around)
    again = resumed("edit", options, around, whole, k)
    assert result(again).sha256 == result(whole).sha256
    assert result(again).nfe == result(whole).nfe


def test_what_is_changed_before_a_sample_joins_is_carried_along(tmp_path: Path) -> None:
    save_small(tmp_path)
    around = context(tmp_path, attachments(picture(8, 8), np.zeros((8, 8), np.float32)))
    options = {"steps": 9, "strengths": [90, 0]}
    found = events("edit", options, around)
    step = steps(found)[1]
    x = step.x.numpy().copy()
    x[1, 0, 2, 3] += 0.5
    changed = result(events("edit", options, replace(around, start=Start(step.index, x))))
    difference = changed.samples[1] - result(found).samples[1]
    assert difference[0, 2, 3] == pytest.approx(0.5, abs=1e-6)
    assert np.abs(difference).sum() == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize("guidance", [{}, {"guidance": 3.0, "guided_from": 0.3, "guided_until": 0.6}])
@pytest.mark.parametrize("sampler", [{"name": "ddim"}, {"name": "heun"}])
def test_the_strongest_is_counted_and_all_together_are_estimated(tmp_path: Path, sampler: dict[str, Any],
                                                                  guidance: dict[str, Any]) -> None:
    options = {"sampler": sampler, "label": "b", **guidance}
    alone = [result(edited(tmp_path, strength=s / 100, count=1, **options)).nfe for s in STRENGTHS]
    found = edited(tmp_path, strengths=STRENGTHS, **options)
    assert result(found).nfe == max(alone)
    if not guidance:
        chosen = options_of(Recipe("edit", {"model": "tiny", "steps": 9, "strengths": STRENGTHS, **options}))
        cost = task("edit").cost_of(chosen, read_header(save_small(tmp_path)).spec)
        assert cost is not None
        assert cost.evaluations == max(alone)
        assert 0 <= cost.samples * cost.evaluations - sum(alone) < cost.evaluations


def test_options_say_what_will_be_sampled() -> None:
    chosen = options_of(Recipe("edit", {"strengths": [10, 50], "count": 7, "seeds": [3, 4, 5], "seed": 9}))
    assert (chosen.model_dump()["count"], chosen.model_dump()["seeds"]) == (2, ())
    assert task("edit").title_of(chosen) == "2 edits, strengths 0.1 to 0.5"
    assert options_of(Recipe("edit", chosen.model_dump(mode="json"))) == chosen


@pytest.mark.parametrize("strengths", [[10, 101], [-1], [10] * 65])
def test_strengths_that_cannot_be_are_refused(strengths: list[int]) -> None:
    with pytest.raises(BadOption):
        options_of(Recipe("edit", {"strengths": strengths}))
