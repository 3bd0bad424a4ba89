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


def test_data_without_an_exact_one_have_a_close_one_that_says_so(tmp_path: Path) -> None:
    prior = prior_of(point_sets()["checkerboard"](), EXACT, VE(), context(tmp_path))
    assert prior.mixture is not None
    assert "has no exact denoiser" in prior.note


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="“nosuch” is .*no known name"):
        prior_of(point_sets()["ring"](), "nosuch", VE(), context(tmp_path))
