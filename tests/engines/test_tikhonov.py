"""Tikhonov and the pseudo-inverse against dense solutions and the exact posterior."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import gaussian
from engines.checks.oracle_claims import last, resume_gap
from engines.inverse.base import Measurement
from engines.inverse.tikhonov import Tikhonov
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.times import time_grid
from engines.samplers.base import Step
from engines.samplers.ddpm import DDPM
from tests.engines.test_inverse import NETWORK, PATH, TIMES, painted
from tests.engines.walked import PATHS, terms_add_up, tilted

A = tilted()
Y = torch.tensor([[0.3, -0.4, 1.0], [0.1, 0.0, -2.0]], dtype=torch.float64)
NOISE = Noise(sample_seeds(0, 2), (5,), dtype=torch.float64)


def walked(method: Tikhonov, path: Path = PATH, noise: float = 0.0) -> list[Step]:
    denoiser, walk = method.posterior(path, NETWORK, DDPM(), Measurement(A, Y, noise))
    return list(walk(path, denoiser, path.initial(NOISE.initial()), time_grid(path, 7), noise=NOISE))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize(("weight", "mean"), [(0.5, 0.0), (2.0, 0.7), (1e-3, -0.2)])
def test_it_is_the_dense_solution(path: Path, weight: float, mean: float) -> None:
    """Of (AᵀA + λI) z = Aᵀy + λ m, in one move that all its terms add up to."""
    steps = walked(Tikhonov(weight=weight, mean=mean), path)
    normal = A.rows.T @ A.rows + weight * torch.eye(5, dtype=torch.float64)
    exact = torch.linalg.solve(normal, (Y @ A.rows + weight * mean).T).T
    torch.testing.assert_close(steps[-1].x, exact, rtol=1e-5, atol=1e-6)
    assert [(step.t, step.nfe, step.total) for step in steps] == [(path.t_max, 0, 1), (0.0, 0, 1)]
    terms_add_up(steps)


def test_weight_0_is_the_pseudo_inverse() -> None:
    torch.testing.assert_close(walked(Tikhonov(weight=0))[-1].x, Y @ torch.linalg.pinv(A.rows).T, rtol=1e-5, atol=1e-6)
    mean = torch.full((2, 5), 0.3, dtype=torch.float64)
    nearest = mean + (Y - mean @ A.rows.T) @ torch.linalg.pinv(A.rows).T
    torch.testing.assert_close(walked(Tikhonov(weight=0, mean=0.3))[-1].x, nearest, rtol=1e-5, atol=1e-6)


def test_it_is_the_posterior_mean_of_a_gaussian_prior() -> None:
    spread, noise = 0.6, 0.2
    prior = gaussian(torch.full((5,), 0.25), spread**2 * torch.eye(5))
    found = walked(Tikhonov(weight=noise**2 / spread**2, mean=0.25), noise=noise)[-1].x
    exact = torch.stack([prior.posterior(A.rows, y, noise).mean() for y in Y])
    torch.testing.assert_close(found, exact, rtol=1e-5, atol=1e-6)


def test_known_pixels_without_weight_are_kept_and_the_hole_is_grey() -> None:
    noise, measurement = Noise(sample_seeds(0, 2), (1, 8, 8)), painted()
    denoiser, walk = Tikhonov(weight=0).posterior(PATH, NETWORK, DDPM(), measurement)
    found = last(walk(PATH, denoiser, noise.initial(), TIMES, noise=noise)).x
    assert torch.equal(found, measurement.y.expand(2, 1, 8, 8))
    assert (walk.steps(TIMES), walk.evaluations(TIMES), Tikhonov().evaluations(PATH, DDPM(), TIMES)) == (1, 0, 0)
    assert resume_gap(walk, denoiser, PATH) == 0
