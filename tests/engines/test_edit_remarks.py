"""What is said of an edit before it runs: of the steps that it makes, and of models that know no noised picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.component import validated
from engines.events import Noted
from engines.inverse.sdedit import first_move
from engines.learnt import Learnt
from engines.modalities.image import png_bytes
from engines.model_file import ModelSpec, read_header
from engines.model_list import BUNDLED
from engines.process.paths import paths
from engines.process.times import grids, move_at, time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import samplers
from engines.samplers.dpmpp import DPMSolverPP
from engines.samplers.euler_maruyama import EulerMaruyama
from engines.samplers.falls import TOO_FAR, falls
from engines.samplers.remarks import walk_remark
from engines.samplers.trial import TOO_WIDE, width
from engines.tasks.base import task
from tests.engines.small import context, events, picture, save_small

DIGITS = read_header(BUNDLED / "digits.safetensors").spec
PATH = VPCosine()
PICTURE = {"image.png": png_bytes(picture(8, 8))}


def cautioned(model: ModelSpec, **options: Any) -> str:
    """What the form says of an edit."""
    return task("edit").caution(validated(task("edit").Form, options), model)


@pytest.mark.parametrize("sampler", ["heun", "plms", "rk4", "edm"])
def test_an_edit_warns_of_no_step_that_it_does_not_make(sampler: str) -> None:
    """On the cosine path the first of 20 equal steps falls too far, with which an edit does not begin."""
    model = DIGITS.model_copy(update={"path": PATH})
    options = {"sampler": sampler, "steps": 20, "spacing": "uniform"}
    assert "in step 1 it falls from" in cautioned(model, **options, strength=1.0)
    assert not cautioned(model, **options, strength=0.5) + cautioned(model, **options, strength=0.0)


def test_a_step_that_it_makes_is_told_by_its_number_on_the_grid() -> None:
    way = paths()["straight"]()
    times = time_grid(way, 3, grids()["edm"]())
    start = first_move(way, times, 0.6)
    said = walk_remark(samplers()["heun"](), way, times, start=start)
    assert start == 1
    assert "in step 2 it falls from 21.2 to 0.002" in said
    assert "the spacing Log-SNR with at least 6 steps" in said
    for count, enough in ((5, False), (6, True)):
        other = time_grid(way, count, grids()["log-snr"]())
        assert (float(falls(way, other)[move_at(other, float(times[1])):].max()) <= TOO_FAR) is enough


@pytest.mark.parametrize("path", sorted(paths()))
@pytest.mark.parametrize("sampler", ["euler-maruyama", "dpm-2", "heun", "ddim", "langevin"])
def test_the_rest_of_a_walk_is_poor_only_where_the_whole_is(path: str, sampler: str) -> None:
    way, kind = paths()[path](), samplers()[sampler]()
    for grid in grids().values():
        times = time_grid(way, 4, grid())
        whole = walk_remark(kind, way, times)
        assert walk_remark(kind, way, times, start=0) == whole
        assert walk_remark(kind, way, times, start=4) == ""
        assert whole or not any(walk_remark(kind, way, times, start=k) for k in range(1, 4))


def test_a_trial_from_midway_begins_with_the_data_that_are_noised_there() -> None:
    """On a path of exploding noise the state of its beginning would be far too wide there."""
    way = paths()["ve"]()
    times = time_grid(way, 20, grids()["log-snr"]())
    for start in (0, 8, 16):
        assert width(DPMSolverPP(), way, times, start) == pytest.approx(1, abs=0.1)
    few = time_grid(PATH, 3, grids()["edm"]())
    assert width(EulerMaruyama(), PATH, few, 1) > TOO_WIDE
    assert "times as wide in 2 steps of Euler" in walk_remark(EulerMaruyama(), PATH, few, start=1)


@pytest.mark.parametrize(("strength", "said"), [(0.0, False), (0.3, True), (0.6, True), (1.0, False)])
def test_an_edit_by_a_model_of_pairs_means_nothing_midway(strength: float, said: bool, tmp_path: Path) -> None:
    """Without noise it is the picture, and at full strength nearly a sample, which such a model does know."""
    model = DIGITS.model_copy(update={"learnt": Learnt.PAIRED})
    options = {"sampler": "ddim", "strength": strength}
    assert ("by optimal pairs" in cautioned(model, **options, steps=20, spacing="log-snr")) is said
    save_small(tmp_path, learnt=Learnt.PAIRED)
    found = events("edit", {**options, "count": 1, "label": "free"}, context(tmp_path, PICTURE))
    told = [event.sentence for event in found if isinstance(event, Noted) and "optimal pairs" in event.sentence]
    assert [sentence.endswith("so its edit means nothing; choose a model that was trained otherwise.")
            for sentence in told] == [True] * said


def test_an_edit_of_one_last_jump_goes_with_a_model_of_ends() -> None:
    model = DIGITS.model_copy(update={"learnt": Learnt.ENDS})
    assert "Consistency" in cautioned(model, sampler="ddim", steps=4, strength=0.5, spacing="uniform")
    assert not cautioned(model, sampler="ddim", steps=4, strength=0.25, spacing="uniform")
