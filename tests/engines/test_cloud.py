"""Points of the user's own: brought to the scale of all sets and back."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.data.points.cloud import Cloud
from engines.errors import BadPoints
from engines.units import Units

VALUES = np.random.default_rng(0).normal([300, -2], [40, 7], (50, 2))


@pytest.mark.parametrize("factor", [1.0, 1e-200, 1e200])
def test_any_scale_becomes_that_of_all_sets_and_comes_back(factor: float) -> None:
    cloud = Cloud.of(VALUES * factor)
    assert cloud.points.mean(0).tolist() == pytest.approx([0, 0], abs=1e-12)
    assert float(cloud.points.var(0, correction=0).mean()) == pytest.approx(1)
    np.testing.assert_allclose(cloud.units.restored(cloud.points.numpy()), VALUES * factor, rtol=1e-12)
    # alike in every direction: a circle stays a circle
    ratio = VALUES.std(0)[0] / VALUES.std(0)[1]
    assert float(cloud.points.std(0)[0] / cloud.points.std(0)[1]) == pytest.approx(ratio)


def test_rows_are_drawn_without_repetition_while_there_are_enough() -> None:
    cloud = Cloud.of(VALUES)
    assert len(cloud.sample(50, seed=1).unique(dim=0)) == 50
    assert torch.equal(cloud.sample(20, seed=1), cloud.sample(20, seed=1))
    assert not torch.equal(cloud.sample(20, seed=1), cloud.sample(20, seed=2))
    _, counts = cloud.sample(120).unique(dim=0, return_counts=True)
    assert sorted(set(counts.tolist())) == [2, 3]
    assert cloud.sample(0).shape == (0, 2)


@pytest.mark.parametrize("values", [np.zeros((0, 2)), np.ones((1, 2)), np.full((9, 1), 0.1)],
                         ids=["none", "one", "nine alike"])
def test_points_at_one_place_are_refused(values: np.ndarray) -> None:
    with pytest.raises(BadPoints, match=r"All points of “own\.csv” are at one place"):
        Cloud.of(values, "own.csv")


def test_points_that_differ_by_rounding_only_are_refused() -> None:
    with pytest.raises(BadPoints, match="differ by less than rounding"):
        Cloud.of(np.array([[1e15], [1e15 + 0.125]]))


def test_what_was_taken_off_and_divided_by_is_known() -> None:
    """Of points that are at the scale of all sets already nothing is."""
    values = np.array([[100.0, -10.0], [500.0, -10.0], [100.0, 390.0], [500.0, 390.0]])
    units = Cloud.of(values, names=("a", "b")).units
    assert units == Units(units.origin, units.scale, ("a", "b"))
    assert (*units.origin, units.scale) == pytest.approx((300, 190, 200))
    line = Cloud.of(np.array([[-5.0], [1.0]])).units
    assert (line.origin, line.scale, line.names) == (pytest.approx((-2,)), pytest.approx(3), ())
    again = Cloud.of(Cloud.of(values).points.numpy()).units
    assert (*again.origin, again.scale) == pytest.approx((0, 0, 1))
