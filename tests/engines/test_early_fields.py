"""The score at the data's end of a path, where sigma is 0: its limit."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.denoiser import Denoiser
from engines.mixture import Mixture
from engines.point_field import Marginal
from engines.process.paths import Path, paths
from tests.engines.test_believed import Hidden

ONE = Mixture(torch.ones(1), torch.tensor([[0.2, -0.1]]), torch.tensor([[[1.2, 0.3], [0.3, 0.8]]]))
X, SCALE = np.array([[1.0, 0.5], [-2.0, 1.0], [0.0, 0.0]]), 1.7
SCORE = ONE.score(torch.as_tensor(X * SCALE)).numpy()  # of the data themselves


def _priors(path: Path) -> tuple[Denoiser, Denoiser]:
    exact = MixtureDenoiser(ONE, path)
    return exact, Hidden(exact)


@pytest.mark.parametrize("t", [0.0, 1e-6, 1e-4])
@pytest.mark.parametrize("name", sorted(paths()))
def test_the_score_at_the_data_is_that_of_the_data(name: str, t: float) -> None:
    path = paths()[name]()
    for prior in _priors(path):
        # a network's precision of 1e-7 over sigma² of 1e-5
        np.testing.assert_allclose(Marginal(prior, path, t, SCALE).score(X), SCORE * SCALE, atol=0.1)
