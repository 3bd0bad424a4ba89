"""A painted density: what is drawn from it has its shares cell by cell, its file travels and bad ones are said."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engines.data.pointdata import FreshPoints, data_of
from engines.data.points.own import FILE, Own, PaintedLine, PaintedPlane
from engines.data.points.profile import SPREAD, profile_mixture
from engines.errors import BadInput, BadPoints
from engines.modalities.own_points import is_density, own_bytes, read_own
from engines.priors import exact_prior
from engines.process.paths import paths

COUNT = 40_000
INK = np.array([[0, 40, 255, 3], [90, 90, 0, 0], [1, 200, 17, 60]], np.uint8)


def chi_square(found: np.ndarray, share: np.ndarray) -> float:
    """Pearson's statistic over the cells that have a share, by its degrees of freedom in standard deviations."""
    expected, seen = COUNT * share[share > 0], found[share > 0]
    freedom = len(expected) - 1
    return float((((seen - expected) ** 2 / expected).sum() - freedom) / np.sqrt(2 * freedom))


def test_samples_of_a_painted_plane_have_the_shares_of_its_cells() -> None:
    data = Own().bound({FILE: own_bytes(INK)})
    assert isinstance(data, PaintedPlane)
    mean, unit = data.raster.frame()
    places = (data.sample(COUNT, 3) * unit + mean).floor().long().numpy()
    found = np.zeros(INK.shape)
    np.add.at(found, (len(INK) - 1 - places[:, 1], places[:, 0]), 1)
    share = INK / INK.sum(dtype=float)
    assert not found[INK == 0].any()
    assert chi_square(found, share) < 4


def test_samples_of_a_drawn_curve_have_its_shares() -> None:
    """Of bins two cells wide, by the normal law of each cell; the scale is that of the mixture in the cells."""
    heights = np.concatenate([np.zeros(3), np.repeat(INK[1], 3), np.full(9, 7.0), np.repeat(INK[2], 2)])
    data = Own().bound({FILE: own_bytes(heights[None].astype(np.uint8))})
    assert isinstance(data, PaintedLine)
    weights, cells = heights / heights.sum(), np.arange(len(heights))
    mean = weights @ cells
    unit = np.sqrt(weights @ (cells - mean) ** 2 + SPREAD**2)
    edges = np.arange(-1.5, len(heights) + 1, 2)
    below = torch.special.ndtr(torch.tensor((edges[:, None] - cells) / SPREAD)).numpy() @ weights
    share = np.diff(np.concatenate([[0], below, [1]]))
    places = data.sample(COUNT, 3)[:, 0].numpy() * unit + mean
    found = np.bincount(np.searchsorted(edges, places), minlength=len(share))
    assert chi_square(found, share) < 4
    oracle = data.oracle()
    prior = exact_prior(data, paths()["vp-cosine"]())
    assert prior.mixture is oracle
    assert not prior.note


@pytest.mark.parametrize(("cells", "left", "bottom", "width"), [
    ((140, 200), -6, -4.2, 0.06),  # all of the sheet that is painted on
    ((280, 400), -6, -4.2, 0.03),  # the same, painted on elsewhere in finer cells
    ((84, 84), -4.2, -4.2, 0.1),  # as large as fits, in the middle
    ((10, 300), -6, -0.2, 0.04)])
def test_points_of_a_painting_lie_where_it_was_painted(cells: tuple[int, int], left: float, bottom: float,
                                                       width: float) -> None:
    ink = np.zeros(cells, np.uint8)
    ink[cells[0] - 1 - 3, 20], ink[cells[0] - 1 - 7, 5] = 255, 100  # columns from the left, and rows from below
    data = Own().bound({FILE: own_bytes(ink)})
    units = data.units()
    assert units is not None
    told = (units.restored(data.sample(500).numpy()) - [left, bottom]) / width
    assert {(int(x), int(y)) for x, y in np.floor(told + [1e-9, 1e-9])} == {(20, 3), (5, 7)}


@pytest.mark.parametrize("count", [280, 1400])
def test_values_of_a_curve_lie_where_it_was_drawn(count: int) -> None:
    """Also of one in so many cells that some are taken together."""
    ink = np.zeros((1, count), np.uint8)
    ink[0, count // 4: count // 2] = 9
    data = Own().bound({FILE: own_bytes(ink)})
    units = data.units()
    assert units is not None
    told = units.restored(data.sample(20_000).numpy())
    assert told.mean() == pytest.approx(-1.05, abs=0.02)
    assert (told.min(), told.max()) == pytest.approx((-2.1, 0), abs=0.15)


def test_a_drawn_curve_that_is_flat_is_flat_and_a_fine_one_is_of_few_components() -> None:
    flat = profile_mixture(np.full(300, 9.0))
    middle = torch.linspace(-1, 1, 777, dtype=torch.float64)[:, None]
    assert float(flat.log_density(middle).std()) < 1e-7
    fine = profile_mixture(np.full(2000, 1.0))
    assert len(fine.weights) == 500
    assert float(fine.mean()) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("ink", [INK, INK[:1], INK[2:, 1:2]])
def test_it_has_mean_zero_unit_variance_and_a_density_that_is_one_in_all(ink: np.ndarray) -> None:
    data = Own().bound({FILE: own_bytes(ink)})
    x = data.sample(COUNT)
    assert x.shape == (COUNT, 1 if len(ink) == 1 else 2)
    assert float(x.mean(0).abs().max()) < 0.03
    assert float(x.var(0).mean()) == pytest.approx(1, abs=0.03)
    axis = (torch.arange(1200).double() - 599.5) / 120
    grid = axis[:, None] if data.dimension == 1 else torch.cartesian_prod(axis, axis)
    density = data.log_density(grid)
    assert density is not None
    assert float(density.exp().sum()) / 120**data.dimension == pytest.approx(1, rel=0.02)


@pytest.mark.parametrize("values", [INK, INK[:1], np.array([[0.5, -1e9], [1 / 3, 7.0]]), np.array([[0.5], [2.0]])])
def test_own_data_come_back_from_their_file_to_the_bit(values: np.ndarray, tmp_path: Path) -> None:
    (tmp_path / "own").write_bytes(own_bytes(values))
    for found in (read_own(own_bytes(values)).values, read_own(tmp_path / "own").values):
        assert found.dtype == values.dtype
        np.testing.assert_array_equal(found, values)
    assert is_density(values) is (values.dtype == np.uint8)


def test_a_training_draws_fresh_points_of_it_and_knows_it_from_another() -> None:
    one, other = (data_of(Own(), {FILE: own_bytes(ink)}) for ink in (INK, INK[::-1]))
    assert isinstance(one, FreshPoints)
    assert isinstance(other, FreshPoints)
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == data_of(Own(), {FILE: own_bytes(INK)}).fingerprint


def test_what_is_no_density_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadPoints, match="all black"):
        read_own(own_bytes(np.zeros((3, 4), np.uint8)), "mine.png")
    with pytest.raises(BadPoints, match="“mine.png” is a damaged picture"):
        read_own(own_bytes(INK)[:40], "mine.png")
    with pytest.raises(BadPoints, match="3,000 × 1 px"):
        read_own(own_bytes(np.ones((1, 3000), np.uint8)))
    with pytest.raises(BadPoints, match="cannot be opened"):
        read_own(tmp_path / "gone.png")
    with pytest.raises(BadInput, match="Nothing is drawn"):
        PaintedLine.of(np.zeros((1, 9), np.uint8))


def test_a_picture_in_colour_counts_by_its_brightness() -> None:
    out = io.BytesIO()
    Image.fromarray(np.repeat(INK[..., None], 3, 2)).save(out, "PNG")
    np.testing.assert_array_equal(read_own(out.getvalue()).values, INK)
