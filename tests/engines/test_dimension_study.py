"""The study of dimension: its laws are those of mixtures, and its calls those of the formula and of the orders."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from engines.analytic import IsotropicDenoiser, Mixture
from engines.chart import Role, slope
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from engines.studies.dimension import Coordinates, Dimension, kl_of_variances
from engines.studies.walks import walked
from tests.engines.test_studies import charts, series


@pytest.mark.parametrize("sampler", [DDIM(), DDIM(eta=0.5), DDPM()])
def test_exact_variance_of_a_sampler_is_that_of_its_samples(sampler: DDIM | DDPM) -> None:
    study, times = Dimension(spread=0.5), time_grid(VPCosine(), 8)
    walk = walked(IsotropicDenoiser(0.5, VPCosine()), VPCosine(), sampler, times, 40_000, 1, (1,))
    while True:
        try:
            next(walk)
        except StopIteration as ended:
            points = ended.value.points
            break
    assert float(points.square().mean()) == pytest.approx(study.exact_variance(sampler, 8), rel=0.02)


def test_the_isotropic_denoiser_is_that_of_a_mixture_of_one() -> None:
    x, t = torch.randn(5, 3, dtype=torch.float64), torch.tensor(0.4, dtype=torch.float64)
    path = VPCosine()
    one = Mixture(torch.ones(1), torch.zeros(1, 3), 0.49 * torch.eye(3)[None])
    expected = one.denoise(x, path.alpha(t), path.sigma(t))
    torch.testing.assert_close(IsotropicDenoiser(0.7, path)(x, t), expected, atol=1e-6, rtol=1e-6)


def test_calls_grow_with_dimension_as_the_formula_says() -> None:
    found = charts(Dimension(samplers="ddim", largest=16, error=0.05))["Calls for 0.05 nats"]
    measured, exact = (np.array(one.y) for one in found.series)
    # one rung of the ladder, which is 1.2 wide
    assert np.abs(np.log(measured / exact)).max() <= math.log(1.2) * 1.3
    assert exact[-1] > 2.5 * exact[0]


@pytest.mark.parametrize("t", [0.05, 0.4, 0.95])
def test_the_denoiser_of_peaks_is_that_of_all_their_combinations(t: float) -> None:
    x, time = torch.randn(50, 2, dtype=torch.float64), torch.tensor(t, dtype=torch.float64)
    path = VPCosine()
    means = 0.6 * torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    four = Mixture(torch.full((4,), 0.25), means, 0.09 * torch.eye(2).expand(4, 2, 2))
    expected = four.denoise(x, path.alpha(time), path.sigma(time))
    torch.testing.assert_close(IsotropicDenoiser(0.3, path, 0.6)(x, time), expected, atol=1e-6, rtol=1e-6)


def test_the_divergence_of_a_mixture_is_none_from_itself_and_the_integral_from_others() -> None:
    """Of a coordinate whose left peak has a third of the samples only: Σ w log 2w, where the peaks do not overlap."""
    law = Coordinates(0.05, VPCosine(), 0.5)
    draw = torch.Generator().manual_seed(3)
    z = law.spread * torch.randn(200_000, dtype=torch.float64, generator=draw)
    even, uneven = ((torch.arange(len(z)) % n == 0).double() for n in (2, 3))
    assert law.kl(z + 0.5 - even) == pytest.approx(0, abs=2e-4)
    exact = sum(w * math.log(2 * w) for w in (1 / 3, 2 / 3))
    assert law.kl(z + 0.5 - uneven) == pytest.approx(exact, abs=2e-3)


@pytest.mark.parametrize(("dimension", "error"), [(64, 0.01), (256, 0.02)])
def test_exact_samples_are_never_further_than_the_error(dimension: int, error: float) -> None:
    study = Dimension(error=error, largest=256)
    for law in study.laws().values():
        draw = torch.Generator().manual_seed(1)
        for _ in range(8):
            z = law.spread * torch.randn(study.numbers(dimension), dtype=torch.float64, generator=draw)
            x = z + law.peak * (2 * torch.randint(2, z.shape, generator=draw) - 1)
            assert abs(dimension * law.kl(x)) < 0.6 * error


def test_a_mixture_needs_calls_that_grow_alike_and_below_the_published_bound() -> None:
    found = charts(Dimension(samplers="ddim, ddpm", largest=16, error=0.1))
    chart = found["Calls for 0.1 nats, mixture"]
    for name, least, most in (("DDIM", 0.3, 0.7), ("DDPM ancestral", 0.4, 0.85)):
        grown = series(chart, name)
        assert least < slope(list(grown.x[1:]), list(grown.y[1:]))[0] < most
    bound = next(one for one in chart.series if one.role is Role.BOUND)
    assert bound.beside == "DDPM ancestral"
    measured = series(chart, "DDPM ancestral")
    assert (np.array(measured.y[1:]) < bound.y[1:]).all()
    assert bound.y[-1] / bound.y[0] == 16


def test_a_divergence_of_variances_is_that_of_torch_and_has_no_end_without_spread() -> None:
    found, true = Normal(0.0, 0.3), Normal(0.0, 0.5)
    assert kl_of_variances(0.09, 0.25) == pytest.approx(float(kl_divergence(found, true)), rel=1e-5)
    assert kl_of_variances(0.25, 0.25) == 0
    assert math.isinf(kl_of_variances(0.0, 0.25))
