"""Distances of points to the truth: against closed forms, exact cases, and what any distance must hold."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest
import torch

from engines.analytic import Mixture, gaussian
from engines.data.points.base import PointSet, point_sets
from engines.errors import BadInput
from engines.metrics import points as metrics
from engines.metrics.frechet import frechet_gaussians
from engines.metrics.points import (
    EnergyTo,
    energy_distance,
    mean_nll,
    mode_weights,
    moment_distance,
    sliced_wasserstein,
)
from engines.metrics.reference import Figures
from engines.metrics.truth import Truth


def normals(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def folded(mean: float, deviation: float) -> float:
    """E|N(mean, deviation²)|."""
    return deviation * math.sqrt(2 / math.pi) * math.exp(-(mean / deviation) ** 2 / 2) \
        + mean * math.erf(mean / deviation / math.sqrt(2))


def gaussian_energy(mean: float, a: float, b: float) -> float:
    """The energy distance of N(0, a²) and N(mean, b²)."""
    return 2 * folded(mean, math.hypot(a, b)) - folded(0, a * math.sqrt(2)) - folded(0, b * math.sqrt(2))


def measured(truth: Truth, x: torch.Tensor) -> dict[str, float]:
    """All that can be measured of samples against a truth."""
    return {name: measure(x) for name, measure in truth.metrics().items()}


def by_hand(x: torch.Tensor, y: torch.Tensor) -> float:
    def mean(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return (a[:, None] - b[None]).square().sum(2).sqrt().mean()
    return float(2 * mean(x, y) - mean(x, x) - mean(y, y))


@pytest.mark.parametrize(("mean", "deviation"), [(0.5, 1.0), (0.0, 2.0), (1.5, 0.5)])
def test_energy_distance_of_many_gaussian_numbers_is_the_closed_form(mean: float, deviation: float):
    found = energy_distance(normals(200_000), mean + deviation * normals(200_000, seed=1))
    assert found == pytest.approx(gaussian_energy(mean, 1.0, deviation), abs=4e-3)


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_energy_distance_is_that_of_all_pairs(dimension: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(metrics, "AT_ONCE", 500)  # several parts
    x, y = normals(83, dimension), 0.7 * normals(61, dimension, seed=1) + 0.2
    assert energy_distance(x, y) == pytest.approx(by_hand(x, y), rel=1e-12)
    assert EnergyTo(y).distance(x.numpy()) == energy_distance(x, y)


@pytest.mark.parametrize("dimension", [1, 2])
def test_energy_distance_of_exact_samples_is_the_mean_that_its_docstring_tells(dimension: int):
    n, m = 40, 60
    found = [energy_distance(normals(n, dimension, seed=k), normals(m, dimension, seed=1000 + k)) for k in range(400)]
    # E|X − X'| of standard normal vectors is 2Γ((d+1)/2)/Γ(d/2)
    apart = 2 * math.gamma((dimension + 1) / 2) / math.gamma(dimension / 2)
    # 1/N + 1/M of it, not 0
    assert np.mean(found) == pytest.approx((1 / n + 1 / m) * apart, rel=0.1)


def test_a_set_is_at_no_distance_from_itself_and_large_sets_are_cut(monkeypatch: pytest.MonkeyPatch):
    x = normals(300, 2)
    assert energy_distance(x, x) == pytest.approx(0, abs=1e-12)
    assert energy_distance(x[:, 0], x[:, 0]) == 0
    y = normals(300, 2, seed=1)
    monkeypatch.setattr(metrics, "PAIRED", 50)
    assert energy_distance(x, y) == pytest.approx(by_hand(x[:50], y[:50]), rel=1e-12)
    assert energy_distance(x[:, :1], y[:, :1]) == pytest.approx(by_hand(x[:, :1], y[:, :1]), rel=1e-9)


@pytest.mark.parametrize("power", [1.0, 2.0, 3.0])
def test_sliced_wasserstein_of_numbers_shifted_is_the_shift(power: float):
    x = normals(500)
    assert sliced_wasserstein(x, x + 0.3, power) == pytest.approx(0.3, rel=1e-12)


def test_sliced_wasserstein_of_a_plane_shifted_is_the_shift_by_root_two():
    x, shift = normals(500, 2), torch.tensor([0.3, -0.4], dtype=torch.float64)
    assert sliced_wasserstein(x, x + shift) == pytest.approx(0.5 / math.sqrt(2), rel=1e-12)
    # order 1: the mean of |cos| over directions is 2/π
    assert sliced_wasserstein(x, x + shift, power=1) == pytest.approx(0.5 * 2 / math.pi, rel=1e-3)


def test_sliced_wasserstein_beyond_the_plane_is_the_shift_by_the_root_of_d():
    x, shift = normals(50, 8), torch.full((8,), 0.25, dtype=torch.float64)
    found = sliced_wasserstein(x, x + shift, directions=4096)
    assert found == pytest.approx(float(shift.norm()) / math.sqrt(8), rel=0.03)


def test_sliced_wasserstein_of_unequal_sets_is_that_of_their_points_repeated():
    x, y = normals(12, 2), normals(18, 2, seed=1)
    found, repeated = sliced_wasserstein(x, y), sliced_wasserstein(x.repeat(3, 1), y.repeat(2, 1))
    assert found == pytest.approx(repeated, rel=1e-12)
    # by hand: two points to one, half of the mass each
    assert sliced_wasserstein(torch.tensor([0.0, 2.0]), torch.tensor([1.0])) == pytest.approx(1.0)


def test_sliced_wasserstein_is_a_distance():
    x, y, z = (normals(40, 2, seed=k) * (k + 1) for k in range(3))
    assert sliced_wasserstein(x, x) == 0
    assert sliced_wasserstein(x, y) == pytest.approx(sliced_wasserstein(y, x), rel=1e-12)
    assert sliced_wasserstein(x, z) <= sliced_wasserstein(x, y) + sliced_wasserstein(y, z) + 1e-12


def overlapping() -> Mixture:
    means = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, 6.0]])
    return Mixture(torch.tensor([0.5, 0.3, 0.2]), means, torch.eye(2).repeat(3, 1, 1))


def test_mode_weights_of_exact_samples_are_the_true_ones_although_modes_overlap():
    mixture = overlapping()
    found = mode_weights(mixture.sample(100_000), mixture)
    np.testing.assert_allclose(found.found, [0.5, 0.3, 0.2], atol=6e-3)
    assert found.found.sum() == pytest.approx(1)
    assert (found.missed, found.error) == (0, pytest.approx(0, abs=6e-3))


def test_a_mode_without_points_is_missed_and_its_weight_is_the_error():
    mixture = overlapping()
    one = gaussian(mixture.means[2], torch.eye(2)).sample(2000)
    found = mode_weights(one, mixture)
    assert found.missed == 2
    assert found.error == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(("points", "missed"), [(4, 1), (6, 0)])
def test_a_mode_with_less_than_a_tenth_of_its_weight_is_missed(points: int, missed: int):
    truth = Mixture(torch.ones(2), torch.tensor([[-9.0], [9.0]]), torch.ones(2, 1, 1))
    x = torch.cat([torch.full((points,), -9.0), torch.full((100 - points,), 9.0)])
    assert mode_weights(x, truth).missed == missed


def test_likelihood_of_exact_samples_is_the_entropy():
    deviations = torch.tensor([0.5, 2.0], dtype=torch.float64)
    truth = gaussian(torch.zeros(2), torch.diag(deviations**2))
    found = mean_nll(truth.log_density(truth.sample(100_000)))
    # h = d/2·log(2πe) + log |Σ|^½
    assert found.nats == pytest.approx(math.log(2 * math.pi * math.e) + float(deviations.log().sum()), abs=0.01)
    assert found.outside == 0


def test_points_without_density_are_counted_and_not_averaged():
    found = mean_nll(np.array([-1.0, -np.inf, -3.0, np.nan]))
    assert (found.nats, found.outside) == (2.0, 0.5)
    nothing = mean_nll(np.array([-np.inf]))
    assert math.isnan(nothing.nats)
    assert nothing.outside == 1


def test_one_point_has_no_moments_rather_than_the_right_ones() -> None:
    found = measured(Truth(point_sets()["ring"]()), normals(1, 2))
    assert math.isnan(found["moments"])
    assert math.isfinite(found["energy"])


def test_a_frechet_distance_of_nothing_known_is_not_0() -> None:
    assert math.isnan(frechet_gaussians(np.full(2, np.nan), np.eye(2), np.zeros(2), np.eye(2)))


def test_moment_distance_is_zero_for_the_moments_and_the_shift_squared_beside_them():
    truth = gaussian(torch.zeros(2), torch.eye(2))
    x = normals(1000, 2)
    white = (x - x.mean(0)) @ torch.linalg.inv(torch.linalg.cholesky(torch.cov(x.T)).T)
    assert moment_distance(white, truth) == pytest.approx(0, abs=1e-9)
    assert moment_distance(white + torch.tensor([3.0, 4.0]), truth) == pytest.approx(25, rel=1e-9)


@pytest.mark.parametrize("dimension", [1, 2])
def test_a_set_that_is_not_finite_gives_nan_and_no_error(dimension: int):
    x, y = normals(20, dimension), normals(20, dimension, seed=1)
    x[3] = math.nan
    assert math.isnan(energy_distance(x, y))
    assert math.isnan(sliced_wasserstein(x, y))
    assert math.isnan(moment_distance(x, gaussian(torch.zeros(dimension), torch.eye(dimension))))


def test_modes_of_a_set_that_is_not_finite_all_count_as_missed():
    x = normals(20, 2)
    x[3] = math.nan
    assert mode_weights(x, overlapping()).missed == 3


def test_sets_of_other_dimension_or_without_points_are_refused():
    with pytest.raises(BadInput, match="Points of 2 numbers cannot be compared with points of 3"):
        energy_distance(normals(5, 2), normals(5, 3))
    with pytest.raises(BadInput, match="one at least"):
        sliced_wasserstein(np.empty((0, 2)), normals(5, 2))


# the user's own points come with a file only
@pytest.mark.parametrize("name", sorted(set(point_sets()) - {"own"}))
def test_every_point_set_measures_its_own_samples_as_near_and_others_as_far(name: str):
    truth = Truth(point_sets()[name](), count=2000)
    near = measured(truth, truth.fair(1000, seed=7))
    far = measured(truth, truth.fair(1000, seed=7) + 3)
    assert set(near) <= {"moments", *(field.name for field in fields(Figures))}
    for figure in ("energy", "sliced_wasserstein"):
        assert near[figure] < 0.2 * far[figure]
    assert near.get("outside", 0) == 0
    assert near.get("modes_missed", 0) == 0
    if "nll" in near and math.isfinite(far["nll"]):
        # a density that is level everywhere knows inside and outside only
        assert near["nll"] < far["nll"] or far["outside"] > 0.5


def test_samples_that_are_not_finite_are_outside_of_every_density():
    data: PointSet = point_sets()["moons"]()
    x = data.sample(100)
    x[:25] = math.nan
    assert measured(Truth(data, count=200), x)["outside"] >= 0.25


def test_points_too_far_to_belong_to_a_mode_have_no_weights() -> None:
    """A ring that has blown up has the shares of the ring, by the nearest mode: a perfect score."""
    truth = point_sets()["ring"]().mixture()
    assert truth is not None
    x = truth.sample(400)
    for scale in (30, 1e36):
        far = mode_weights(scale * x, truth)
        assert math.isnan(far.error)
        assert far.missed == len(truth.weights)
    half = mode_weights(torch.cat([x, 30 * x]), truth)
    np.testing.assert_allclose(half.found, mode_weights(x, truth).found / 2)
    assert half.wrong == pytest.approx(0.5, abs=0.06), "of the samples, those that are far would have to change"
    assert mode_weights(torch.cat([x[:1], 30 * x[1:]]), truth).wrong > 0.99
    centre = mode_weights(0.01 * x, truth)
    assert math.isnan(centre.error), "as one step of DDIM leaves them, with equal responsibilities of all modes"
    assert centre.missed == len(truth.weights)


def test_samples_of_every_mixture_are_within_reach_of_its_modes() -> None:
    for kind in point_sets().values():
        truth = kind().mixture()
        if truth is not None:
            assert mode_weights(truth.sample(20_000), truth).found.sum() == pytest.approx(1, abs=1e-12)
