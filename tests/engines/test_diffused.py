"""The truth at a noise level: exact points are as near to it as chance has it, others are not."""

from __future__ import annotations

import math
from dataclasses import asdict

import pytest
import torch

from engines.analytic import Mixture
from engines.data.points.base import point_sets
from engines.data.points.cloud import Cloud
from engines.data.points.own import OwnPlane
from engines.metrics.diffused import DiffusedTruth
from engines.metrics.points import energy_distance
from engines.metrics.truth import Truth
from engines.priors import exact_prior
from engines.process.vp_cosine import VPCosine


def truth(name: str, labels: tuple[int, ...] = ()) -> DiffusedTruth:
    """That of a set with its defaults."""
    data = point_sets()[name]()
    known = exact_prior(data, VPCosine()).mixture
    assert known is not None
    return DiffusedTruth(data, known, labels, 1000)


@pytest.mark.parametrize("name", ["ring", "checkerboard", "moons", "claw", "laplace", "pinwheel"])
@pytest.mark.parametrize(("alpha", "sigma"), [(1.0, 0.0), (0.6, 0.8), (0.05, 1.0)])
def test_exact_points_are_near_and_points_of_another_level_are_not(name: str, alpha: float, sigma: float) -> None:
    known = truth(name)
    level = known.at(alpha, sigma)
    near = level.figures(known.fair(alpha, sigma, 3))
    far = level.figures(known.fair(0.4 * alpha, 0.4 * sigma, 3))
    assert near.energy < 0.02
    assert near.energy < far.energy / 5
    assert near.sliced_wasserstein < far.sliced_wasserstein / 2
    assert near.outside == 0.0
    assert near.modes_missed == 0


def test_figures_of_lost_points_tell_so() -> None:
    level = truth("ring").at(1.0, 0.0)
    lost = level.figures(torch.full((50, 2), math.nan, dtype=torch.float64))
    assert math.isnan(lost.energy)
    assert lost.outside == 1.0
    beside = truth("checkerboard").at(1.0, 0.0)
    assert beside.figures(torch.full((50, 2), 9.0, dtype=torch.float64)).outside == 1.0


@pytest.mark.parametrize("name", ["ring", "checkerboard", "moons", "claw"])
def test_all_figures_at_once_are_those_one_by_one(name: str) -> None:
    known = truth(name)
    for level in (known.at(1.0, 0.0), known.at(0.6, 0.8)):
        points = 1.1 * known.fair(1.0, 0.0, 3)
        figures, metrics = asdict(level.figures(points)), level.metrics()
        assert {figure: measure(points) for figure, measure in metrics.items()} == {
            figure: figures[figure] for figure in metrics}
        assert all(math.isnan(value) or value == 0 for figure, value in figures.items() if figure not in metrics)


def test_where_modes_are_asked_for_they_alone_are_the_truth() -> None:
    whole, part = truth("ring"), truth("ring", (2,) * 10)
    asked = part.fair(1.0, 0.0, 5)
    assert part.at(1.0, 0.0).energy(asked) < 0.01
    assert whole.at(1.0, 0.0).energy(asked) > 0.5
    found = whole.at(1.0, 0.0).figures(asked)
    assert found.modes_missed == 7
    assert found.mode_error == pytest.approx(7 / 8, abs=1e-3)


def test_a_curve_without_noise_has_no_density_of_its_own_mixture_but_distances() -> None:
    known = truth("ring")
    at = known.at(0.5, 0.2)
    points = known.fair(0.5, 0.2, 1)
    assert at.energy(points) == energy_distance(points, at.points)


@pytest.mark.parametrize("diffused", [False, True])
def test_exact_points_of_own_rows_are_independent_as_those_of_a_sampler_are(diffused: bool) -> None:
    """Of n independent points the energy distance to all rows is E|X − X'| / n on average, not that of every row."""
    own = OwnPlane(cloud=Cloud.of(torch.randn(100, 2, generator=torch.Generator().manual_seed(0)).numpy()))
    rows, count = own.rows(), 200
    known = Mixture(torch.ones(1), torch.zeros(1, 2), torch.eye(2)[None])
    expected = float(torch.cdist(rows, rows).mean()) / count
    found = [energy_distance(DiffusedTruth(own, known, count=count).fair(1.0, 0.0, seed) if diffused
                             else Truth(own).fair(count, seed), rows) for seed in range(100)]
    assert sum(found) / len(found) == pytest.approx(expected, rel=0.25)
