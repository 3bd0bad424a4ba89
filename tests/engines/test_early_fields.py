"""Fields at the data's end of a path, where sigma is 0: the limits of score and velocity."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.data.points.mixtures import Ring
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


@pytest.mark.parametrize("name", sorted(paths()))
def test_the_velocity_at_the_data_is_that_of_the_flow_there(name: str) -> None:
    path, zero = paths()[name](), torch.tensor(0.0, dtype=torch.float64)
    drift, diffusion2 = float(path.dlog_alpha(zero)), float(path.diffusion2(zero))
    flow = diffusion2 / 2 * SCORE / SCALE - drift * X
    for prior in _priors(path):
        found = Marginal(prior, path, 0.0, SCALE).velocity(X)
        np.testing.assert_allclose(found, flow, atol=2e-3 * (1 + diffusion2))


@pytest.mark.parametrize("name", sorted(paths()))
def test_the_velocity_is_that_of_data_and_noise_along_their_rates(name: str) -> None:
    path, t = paths()[name](), torch.tensor(0.4, dtype=torch.float64)
    marginal = Marginal(MixtureDenoiser(Ring().mixture(), path), path, 0.4, SCALE)
    alpha, sigma = marginal.levels
    x0 = marginal.estimate(X)
    rates = float(path.dalpha(t)) * x0 + float(path.dsigma(t)) * (X * SCALE - alpha * x0) / sigma
    np.testing.assert_allclose(marginal.velocity(X), -rates / SCALE, rtol=1e-9)
