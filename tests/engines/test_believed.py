"""The density that a denoiser believes in at any time, by its flow, against that of the mixture it hides."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.data.points.mixtures import Ring
from engines.denoiser import Denoised, Denoiser
from engines.point_field import Marginal
from engines.process.paths import paths


class Hidden(Denoiser):
    """A denoiser of which nothing is known but what it answers, in the precision of networks."""

    def __init__(self, inner: Denoiser) -> None:
        self.inner = inner

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        return Denoised(self.inner(x.double(), t, cond).to(x.dtype))


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("t", [0.2, 0.6])
def test_the_flow_from_any_time_gives_the_density_there(name: str, t: float) -> None:
    path, scale = paths()[name](), 1.7
    exact = MixtureDenoiser(Ring().mixture(), path)
    alpha, sigma = Marginal(exact, path, t).levels
    seen = (alpha * Ring().mixture().sample(60, seed=1) + sigma * torch.randn(60, 2, dtype=torch.float64,
            generator=torch.Generator().manual_seed(0))).numpy() / scale
    *_, (share, found) = Marginal(Hidden(exact), path, t, scale).believed(seen)
    assert share == 1.0
    np.testing.assert_allclose(found, Marginal(exact, path, t, scale).log_density(seen), atol=0.1)


def test_at_the_data_it_is_that_of_the_data_with_a_little_noise() -> None:
    path = paths()["vp-cosine"]()
    exact = MixtureDenoiser(Ring().mixture(), path)
    seen = Ring().mixture().sample(40, seed=1).numpy()
    *_, (_, found) = Marginal(Hidden(exact), path, 0.0).believed(seen)
    away = np.abs(found - Marginal(exact, path, 0.0).log_density(seen))
    assert np.median(away) < 0.04
    assert away.max() < 0.3


def test_of_a_mixture_it_is_known_at_once() -> None:
    path = paths()["vp-cosine"]()
    marginal = Marginal(MixtureDenoiser(Ring().mixture(), path), path, 0.3)
    seen = np.random.default_rng(0).normal(size=(5, 2))
    ((share, found),) = marginal.believed(seen)
    assert share == 1.0
    np.testing.assert_array_equal(found, marginal.log_density(seen))
