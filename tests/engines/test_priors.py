"""What a prior is called by, and which data have an exact one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engines.data.points.base import point_sets
from engines.errors import BadCheckpoint, BadOption
from engines.prior_name import EXACT, prior_name
from engines.priors import prior_of
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from tests.engines.small import context


def test_the_exact_prior_is_the_density_of_the_data(tmp_path: Path) -> None:
    data = point_sets()["two-peaks"]()
    prior = prior_of(data, EXACT, VE(), context(tmp_path))
    assert (prior.dimension, prior.path, prior.note) == (1, VE(), "")
    assert prior.mixture is not None
    x, t = data.sample(5), torch.tensor(0.4, dtype=torch.float64)
    torch.testing.assert_close(prior.denoiser(x, t), prior.mixture.denoise(x, VE().alpha(t), VE().sigma(t)))


def test_data_without_one_are_stood_in_for_and_that_is_said(tmp_path: Path) -> None:
    prior = prior_of(point_sets()["checkerboard"](), EXACT, VE(), context(tmp_path))
    assert prior.mixture is not None
    assert "has no exact denoiser" in prior.note


def test_a_model_brings_its_own_path_and_its_dimension_is_checked(tmp_path: Path) -> None:
    prior = prior_of(point_sets()["moons"](), "points-moons", VE(), context(tmp_path))
    assert (prior.dimension, prior.path, prior.mixture) == (2, VPCosine(), None)
    with pytest.raises(BadOption, match="“points-moons” makes points of 2 numbers and the data have 1; choose another"):
        prior_of(point_sets()["claw"](), "points-moons", VE(), context(tmp_path))
    with pytest.raises(BadCheckpoint, match="“nosuch” is no model file.*known are: .*points-moons"):
        prior_of(point_sets()["ring"](), "nosuch", VE(), context(tmp_path))


@pytest.mark.parametrize(("options", "name"), [
    ({"prior": "points-moons", "count": 4}, "points-moons"), ({"prior": EXACT}, ""), ({"model": "digits"}, "digits"),
    ({}, ""), ({"model": None, "prior": "a"}, "a")])
def test_the_model_that_options_name(options: dict[str, object], name: str) -> None:
    assert prior_name(options) == name
