"""What a probe reads on own points, beside a Gaussian fitted in the units of the file; what is kept of units."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from engines.analytic import Mixture, MixtureDenoiser
from engines.data.points.cloud import Cloud
from engines.point_field import Marginal
from engines.process.vp_cosine import VPCosine
from engines.representation.gaussian import fit_gaussian
from engines.units import Units
from workbench.fields import readings
from workbench.fields.drawing import Ground
from workbench.fields.marks import read
from workbench.frames import CHANGE, NOISE, SCORE

VALUES = np.random.default_rng(1).multivariate_normal([1500, -20], [[9000, 4000], [4000, 12000]], 500)
UNITS = Units((172.7, 71.7), 11.35, ("height_cm", "weight_kg"))


def fitted(values: np.ndarray) -> tuple[Units, Marginal]:
    cloud = Cloud.of(values, "p.csv")
    single = fit_gaussian(cloud.points, 0.0)
    mixture = Mixture(single.weights, single.means, single.covariances)
    return cloud.units, Marginal(MixtureDenoiser(mixture, VPCosine()), VPCosine(), 0.0)


@pytest.mark.parametrize("d", [1, 2])
def test_the_probe_reads_what_a_gaussian_in_own_units_has(d: int) -> None:
    """Density and gradient by the numbers of the file, not by those that are computed with."""
    values = VALUES[:, :d]
    units, marginal = fitted(values)
    place = np.array([[1437.5, -31.25]])[:, :d]
    seen = units.standard(place)
    mean, covariance = values.mean(0), np.atleast_2d(np.cov(values.T, bias=True))
    wanted = multivariate_normal(mean, covariance).logpdf(place[0])
    slope = np.linalg.solve(covariance, mean - place[0])
    density = float(marginal.log_density(seen)[0])
    assert density - units.log_volume == pytest.approx(wanted, abs=1e-9)
    assert units.score(marginal.score(seen))[0] == pytest.approx(slope, rel=1e-9)
    assert readings.log_density(units, density) == f"{wanted:.{3 if d == 1 else 2}f}".replace("-", "−")
    told = [float(text.replace("−", "-")) for text in readings.score(units, marginal.score(seen)[0]).split(", ")]
    assert told == pytest.approx(slope, rel=1e-3)
    estimate = [float(text.replace("−", "-")) for text in readings.place(units, seen[0]).split(", ")]
    assert estimate == pytest.approx(place[0], abs=0.5)


def test_the_estimate_at_a_noise_level_is_the_posterior_mean_of_the_own_numbers() -> None:
    units, marginal = fitted(VALUES)
    noisy = Marginal(marginal.denoiser, marginal.path, 0.5)
    seen, (alpha, sigma) = np.array([[0.7, -0.4]]), noisy.levels
    # in own numbers: y = alpha·(own − origin) + sigma·scale·eps, seen from the origin
    mean, covariance = VALUES.mean(0), np.cov(VALUES.T, bias=True)
    y, noise = units.scale * seen[0], (sigma * units.scale) ** 2 * np.eye(2)
    gain = alpha * covariance @ np.linalg.inv(alpha**2 * covariance + noise)
    wanted = mean + gain @ (y - alpha * (mean - np.array(units.origin)))
    assert units.restored(noisy.estimate(seen))[0] == pytest.approx(wanted, rel=1e-9)


def test_a_place_has_a_line_for_each_column_and_built_in_sets_read_as_before() -> None:
    facts = readings.place_facts(UNITS, np.array([0.0, 1.0]))
    assert [(fact.name, fact.value) for fact in facts] == [("height_cm", "172.70"), ("weight_kg", "83.05")]
    plain = Units((172.7, 71.7), 11.35)
    assert [fact.name for fact in readings.place_facts(plain, np.zeros(2))] == ["at x", "at y"]
    assert [fact.name for fact in readings.place_facts(Units((1.0,), 2.0), np.zeros(1))] == ["at"]
    assert readings.place_facts(None, np.zeros(2)) == []
    assert readings.place(None, np.array([1.0, -2.0])) == "1.000, −2.000"
    assert readings.score(None, np.array([100.0, 0.5])) == "100.0, 0.500"
    assert readings.log_density(None, -np.inf) == "−∞"


@pytest.mark.parametrize(("units", "told"), [
    (Units((3e30,), 1e30), "4.500e30"), (Units((3e-30,), 1e-30), "4.500e−30"), (Units((1e9,), 0.5), "1000000000.750"),
    (Units((-7.0,), 2.0), "−4.000")])
def test_places_of_any_size_are_as_fine_as_their_spread(units: Units, told: str) -> None:
    assert readings.place(units, np.array([1.5])) == told


def test_axes_and_scales_read_in_the_units_of_a_panel() -> None:
    across, up = readings.rulers(UNITS, line=False)
    assert (across.told(1.0), up.told(1.0)) == pytest.approx((184.05, 83.05))
    assert (across.name, up.name) == UNITS.names
    value, density = readings.rulers(Units((5.0,), 4.0, ("t",)), line=True)
    assert (value.told(1.0), density.told(1.0), density.name) == (9.0, 0.25, "")
    assert readings.axes(UNITS, line=False) is Ground(2, 1.0, UNITS).axes
    assert (Ground(2).one, Ground(2, 1.0, UNITS).one) == (1.0, 11.35)
    assert [read(view, 4.0) for view in (NOISE, SCORE, CHANGE)] == [1.0, 0.25, 4.0]
