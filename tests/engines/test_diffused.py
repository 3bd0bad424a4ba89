"""The truth at a noise level: exact points are as near to it as chance has it, others are not."""

from __future__ import annotations

import math

import pytest
import torch

from engines.data.points.base import point_sets
from engines.metrics.diffused import DiffusedTruth, Figures
from engines.metrics.points import energy_distance
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
    assert near.sliced < far.sliced / 2
    assert near.outside == 0.0
    assert near.missed == 0


def test_figures_of_lost_points_tell_so() -> None:
    level = truth("ring").at(1.0, 0.0)
    lost = level.figures(torch.full((50, 2), math.nan, dtype=torch.float64))
    assert math.isnan(lost.energy)
    assert lost.outside == 1.0
    beside = truth("checkerboard").at(1.0, 0.0)
    assert beside.figures(torch.full((50, 2), 9.0, dtype=torch.float64)).outside == 1.0


def test_where_modes_are_asked_for_they_alone_are_the_truth() -> None:
    whole, part = truth("ring"), truth("ring", (2,) * 10)
    asked = part.fair(1.0, 0.0, 5)
    assert part.at(1.0, 0.0).energy(asked) < 0.01
    assert whole.at(1.0, 0.0).energy(asked) > 0.5
    found = whole.at(1.0, 0.0).figures(asked)
    assert found.missed == 7
    assert found.mode_error == pytest.approx(7 / 8, abs=1e-3)
    assert isinstance(found, Figures)


def test_a_curve_without_noise_has_no_density_of_its_own_mixture_but_distances() -> None:
    known = truth("ring")
    at = known.at(0.5, 0.2)
    points = known.fair(0.5, 0.2, 1)
    assert at.energy(points) == energy_distance(points, at.points)
