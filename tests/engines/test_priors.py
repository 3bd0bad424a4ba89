"""What a prior is called by, and which data have an exact one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engines.data.points.base import point_sets
from engines.errors import BadCheckpoint
from engines.priors import EXACT, prior_of
from engines.process.ve import VE
from tests.engines.small import context


def test_the_exact_prior_is_the_density_of_the_data(tmp_path: Path) -> None:
    data = point_sets()["two-peaks"]()
    prior = prior_of(data, EXACT, VE(), context(tmp_path))
    assert (prior.dimension, prior.path, prior.note) == (1, VE(), "")
    assert prior.mixture is not None
    x, t = data.sample(5), torch.tensor(0.4, dtype=torch.float64)
    torch.testing.assert_close(prior.denoiser(x, t), prior.mixture.denoise(x, VE().alpha(t), VE().sigma(t)))


def test_small_gaussians_stand_in_for_data_without_an_exact_one_and_say_so(tmp_path: Path) -> None:
    data = point_sets()["checkerboard"]()
    prior = prior_of(data, EXACT, VE(), context(tmp_path))
    assert "small Gaussians stand in for its density" in prior.note
    assert prior.mixture is not None
    torch.testing.assert_close(prior.mixture.covariance(), data.sample(20_000).T.cov(), atol=0.05, rtol=0)


def test_a_model_that_does_not_exist_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="“nosuch” is no model file.* known are: .*points-moons"):
        prior_of(point_sets()["ring"](), "nosuch", VE(), context(tmp_path))
