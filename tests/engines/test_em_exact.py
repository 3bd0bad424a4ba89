"""Expectation–maximisation to the number: where it settles, what it mends, and how its starts are drawn."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import Mixture
from engines.data.points.mixtures import TwoBlobs
from engines.representation.em import EM, Emptied, Half
from engines.representation.gaussian import floored
from engines.representation.starts import KMeansPlusPlus

F64 = torch.float64


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4, 1e-6])
def test_it_ends_with_the_first_iteration_that_gains_no_more_than_the_tolerance(tolerance: float) -> None:
    points = TwoBlobs().sample(200, 0)
    steps = list(EM(tolerance=tolerance)(points, KMeansPlusPlus()(points, 3, seed=1)))
    levels = torch.tensor([step.log_likelihood / 200 for step in steps if step.half is Half.E], dtype=F64)
    assert [step.settled for step in steps] == [False] * (len(steps) - 1) + [True]
    assert bool((levels.diff()[:-1] > tolerance).all())
    assert float(levels.diff()[-1]) <= tolerance


def test_variances_below_the_floor_are_raised_to_it_and_others_stay() -> None:
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=F64)
    flat, round_ = (turn @ torch.diag(torch.tensor(values, dtype=F64)) @ turn.T for values in ((1e-9, 2.0), (0.3, 0.5)))
    found = floored(Mixture(torch.ones(2), torch.zeros(2, 2), torch.stack([flat, round_])), 0.01)
    torch.testing.assert_close(torch.linalg.eigvalsh(found.covariances[0]), torch.tensor([0.01, 2.0], dtype=F64))
    assert torch.equal(found.covariances[1], round_)


def test_an_empty_component_begins_again_at_the_point_that_is_explained_least() -> None:
    points = torch.cat([TwoBlobs().sample(100, 0), torch.tensor([[4.0, 4.0]], dtype=F64)])
    start = Mixture(torch.ones(2), torch.tensor([[0.0, 0.0], [1e4, 0.0]]), torch.eye(2).repeat(2, 1, 1))
    _start, shared, mended, *_ = EM(emptied=Emptied.RESEED)(points, start)
    assert int(shared.mixture.log_density(points).argmin()) == 100
    assert mended.note == "Component 2 had no points left and was put where the fit was worst."
    torch.testing.assert_close(mended.mixture.means[1], points[100])
    torch.testing.assert_close(mended.mixture.weights, torch.tensor([0.5, 0.5], dtype=F64))


def test_k_means_plus_plus_draws_by_squared_distance() -> None:
    """From 0 the point 3 is drawn nine times for each of 1; four standard errors of a share of 0.9."""
    points = torch.tensor([[0.0], [1.0], [3.0]], dtype=F64)
    pairs = [KMeansPlusPlus()(points, 2, seed).means[:, 0].tolist() for seed in range(6000)]
    second = [b for a, b in pairs if a == 0.0]
    assert sum(b == 3.0 for b in second) / len(second) == pytest.approx(0.9, abs=4 * (0.09 / len(second)) ** 0.5)
    third = [KMeansPlusPlus()(points, 3, seed).means[:, 0].tolist() for seed in range(50)]
    assert all(sorted(means) == [0.0, 1.0, 3.0] for means in third), "no point is taken twice while others are free"
