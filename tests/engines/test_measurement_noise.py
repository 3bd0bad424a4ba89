"""Noises of a measurement: of their seeds, and as strong as they say."""

from __future__ import annotations

import pytest
import torch

from engines.operators.base import MeasurementNoise, noises
from engines.operators.gaussian_noise import GaussianNoise
from engines.operators.poisson_noise import PoissonNoise
from engines.operators.salt_and_pepper import SaltAndPepper
from tests.engines.test_degradations import generator, picture


@pytest.mark.parametrize("noise", [kind() for kind in noises().values()], ids=repr)
def test_noise_is_of_its_seed_and_as_strong_as_it_says(noise: MeasurementNoise) -> None:
    """The root mean square over 40,000 numbers, within five standard errors of a square that varies by √20 of it."""
    y = (picture(1, 200, 100) * 0.8).float()
    found = noise.added(y, generator(1))
    assert torch.equal(found, noise.added(y, generator(1)))
    assert not torch.equal(found, noise.added(y, generator(2)))
    assert (found.shape, found.dtype) == (y.shape, y.dtype)
    square, claimed = float((found - y).double().square().mean()), noise.sigma(y) ** 2
    assert square == pytest.approx(claimed, rel=5 * (20 / 40_000) ** 0.5)


@pytest.mark.parametrize(("level", "sigma"), [(0, 0), (127.5, 1), (255, 2)])
def test_gaussian_noise_is_told_in_grey_levels(level: float, sigma: float) -> None:
    assert GaussianNoise(level=level).sigma(torch.zeros(1, 1)) == sigma


@pytest.mark.parametrize("peak", [2, 50])
@pytest.mark.parametrize("level", [-1.0, -0.2, 1.0])
def test_poisson_noise_has_the_mean_and_variance_of_counts(peak: float, level: float) -> None:
    y = torch.full((1, 40_000), level, dtype=torch.float64)
    found = PoissonNoise(peak=peak).added(y, generator())
    mean = (level + 1) / 2 * peak
    counts = (found + 1) / 2 * peak
    torch.testing.assert_close(counts, counts.round(), rtol=0, atol=1e-9)
    assert float(counts.mean()) == pytest.approx(mean, abs=5 * (mean / 40_000) ** 0.5)
    # the fourth central moment of a count is mean + 3 mean²
    assert float(counts.var()) == pytest.approx(mean, abs=5 * ((mean + 2 * mean**2) / 40_000) ** 0.5)
    assert PoissonNoise(peak=peak).sigma(y) == pytest.approx(2 * mean**0.5 / peak)


def test_darker_than_black_has_no_photons() -> None:
    assert torch.equal(PoissonNoise().added(torch.full((1, 3), -1.5), generator()), torch.full((1, 3), -1.0))


def test_broken_pixels_are_black_or_white_in_every_channel() -> None:
    y = picture(3, 100, 200) * 0.9
    found = SaltAndPepper(share=20).added(y, generator())
    broken = found != y
    assert torch.equal(broken, broken[:, :1].expand_as(broken))
    assert float(broken.double().mean()) == pytest.approx(0.2, abs=5 * (0.16 / 40_000) ** 0.5)
    worst = found[broken]
    assert bool((worst.abs() == 1).all())
    assert float(worst.mean()) == pytest.approx(0, abs=5 * 8000**-0.5)
    assert torch.equal(SaltAndPepper(share=0).added(y, generator()), y)
    assert SaltAndPepper(share=0).sigma(y) == 0


def test_what_methods_take_for_gaussian_is_told() -> None:
    for name, kind in noises().items():
        said = kind().remark(0.2649)
        assert (said == "") is (name == "gaussian")
        assert not said or said.startswith(f"{kind.title} is taken for Gaussian noise of the same size, σ_y = 0.265,")
