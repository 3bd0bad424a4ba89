"""What a prior is called by, and which data have an exact one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engines.data.points.base import point_sets
from engines.errors import BadOption
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


def test_data_without_one_are_refused_with_those_that_have_one(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="“checkerboard” is not known; choose one of .*two-blobs"):
        prior_of(point_sets()["checkerboard"](), EXACT, VE(), context(tmp_path))
    with pytest.raises(BadOption, match="“nosuch” is not known; choose “exact”"):
        prior_of(point_sets()["ring"](), "nosuch", VE(), context(tmp_path))
