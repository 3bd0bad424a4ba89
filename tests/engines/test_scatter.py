"""Points as pictures, and mixtures that stand for a cloud of points."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engines.data.points.approximate import MOST_COMPONENTS, _cells, approximated
from engines.data.points.base import point_sets
from engines.modalities.scatter import is_pictures, portraits, scatter


def test_a_point_is_dark_where_it_lies_and_what_is_not_finite_is_left_out() -> None:
    picture = scatter(np.array([[0.5, 0.5], [np.nan, 0.0], [99.0, 0.0]]), side=100, reach=1.0)
    assert picture.shape == (100, 100, 1)
    row, column = np.unravel_index(picture[..., 0].argmin(), (100, 100))
    assert abs(int(row) - 25) <= 1, "up is up"
    assert abs(int(column) - 75) <= 1
    assert (picture == 255).mean() > 0.98


def test_values_on_a_line_are_a_histogram() -> None:
    picture = scatter(np.concatenate([np.zeros((90, 1)), np.ones((10, 1))]), side=96, reach=2.0)[..., 0]
    heights = (picture < 255).sum(axis=0)
    assert heights[48] > 5 * heights[72] > 0
    assert heights[10] == 0


def test_images_stand_for_themselves_and_points_for_all_of_them() -> None:
    assert len(portraits(np.zeros((9, 1, 4, 4)))) == 4
    assert len(portraits(np.zeros((9, 2)))) == 1
    assert is_pictures((9, 1, 4, 4))
    assert not is_pictures((9, 2))


@pytest.mark.parametrize("name", ["checkerboard", "text", "laplace", "uniform", "pinwheel"])
def test_the_mixture_that_stands_in_is_close(name: str) -> None:
    """Of mean and variance, and no point lies where it has no density."""
    points = point_sets()[name]().sample(20_000, 1)
    close = approximated(points)
    assert len(close.weights) <= MOST_COMPONENTS
    torch.testing.assert_close(close.mean(), points.mean(0), atol=1e-9, rtol=0)
    assert float(close.covariance().trace()) == pytest.approx(float(points.var(0).sum()), rel=0.02)
    assert float(close.log_density(points).min()) > -14


def test_two_points_have_a_mixture_too() -> None:
    points = torch.tensor([[-1.0, 0.0], [1.0, 0.0]], dtype=torch.float64)
    close = approximated(points)
    assert len(close.weights) == 2
    middle, *at = close.log_density(torch.cat([torch.zeros(1, 2), points])).tolist()
    assert math.isfinite(middle)
    assert at == pytest.approx([at[0]] * 2)
    assert at[0] > middle


def test_a_mixture_has_a_component_for_each_cell_in_order() -> None:
    points = torch.randn(300, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    places = (points / 0.5).floor().long()
    cells, which = torch.unique(places, dim=0, return_inverse=True)
    found, numbers = _cells(places)
    assert len(found) == len(cells)
    assert torch.equal(numbers, which)
