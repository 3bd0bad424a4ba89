"""The histogram of particles on the canvas of points: cells that suit them, on the scale of the density."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.fields.density import Contours, Heat, blocks_of, levels_of
from widgets.fields.line import Histogram
from widgets.fields.particles import Particles
from workbench.fields.drawing import CELLS, Ground, moving, resting, suiting
from workbench.fields.frames import BANDS, COVERED, FINE, FieldFrame, grid

PLANE = Ground(2)


def cloud(count: int, spread: float = 1.0) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(count, 2)) * spread


def gauss() -> FieldFrame:
    """The density of the cloud, as a frame has it."""
    up = round(FINE * 0.7)
    points = grid(COVERED, FINE, up)
    density = np.exp(-(points**2).sum(axis=1) / 2).reshape(up, FINE) / (2 * np.pi)
    return FieldFrame(density, points, points, points)


def test_cells_are_larger_for_few_points_and_smaller_for_dense_ones() -> None:
    def across(points: np.ndarray) -> int:
        layer = moving(points, PLANE, None, histogram=True)["histogram"]
        assert isinstance(layer, Heat)
        assert layer.box == COVERED
        assert layer.values.shape[0] / layer.values.shape[1] == pytest.approx(0.7)  # squares
        return layer.values.shape[1]

    found = [across(cloud(count)) for count in (1, 300, 10_000)]
    assert found == sorted(set(found)), "more points, more cells"
    assert across(cloud(1000, 0.1)) > 2 * across(cloud(1000))
    assert across(np.zeros((0, 2))) in CELLS


def test_a_cell_holds_many_particles_where_they_are_dense() -> None:
    """Were it as wide as a particle, nothing would look like a histogram."""
    layer = moving(cloud(1000), PLANE, None, histogram=True)["histogram"]
    assert isinstance(layer, Heat)
    cell = (COVERED[2] - COVERED[0]) / layer.values.shape[1]
    assert float(layer.values.max()) * cell**2 * 1000 > 10


def test_histogram_and_density_are_both_shown_on_one_scale() -> None:
    frame = gauss()
    layers = resting(frame, PLANE, {"density", "histogram"}.__contains__)
    layers |= moving(cloud(10_000), PLANE, frame, histogram=True)
    density, histogram, particles = (layers[name] for name in ("density", "histogram", "particles"))
    assert isinstance(density, Contours)
    assert isinstance(histogram, Heat)
    assert isinstance(particles, Particles)
    peak = 1 / (2 * np.pi)
    assert histogram.span == pytest.approx((0, peak), rel=0.01)
    assert density.heights == pytest.approx([peak * k / (BANDS + 1) for k in range(1, BANDS + 1)], rel=0.01)
    assert particles.faint
    # where the density is highest the cells have its shade
    rows, columns = histogram.values.shape
    middle = histogram.values[rows // 2 - 2:rows // 2 + 2, columns // 2 - 2:columns // 2 + 2]
    assert float(middle.mean()) == pytest.approx(peak, rel=0.15)


def test_without_a_histogram_the_density_is_of_shades_and_particles_are_clear() -> None:
    frame = gauss()
    assert isinstance(resting(frame, PLANE, {"density"}.__contains__)["density"], Heat)
    layers = moving(cloud(10), PLANE, frame, histogram=False)
    assert isinstance(layers["particles"], Particles)
    assert not layers["particles"].faint
    assert layers["histogram"] is None


def test_bars_on_a_line_suit_the_number_of_points_and_are_named() -> None:
    few, many = (moving(cloud(count)[:, :1], Ground(1), None, histogram=True)["histogram"] for count in (50, 10_000))
    assert isinstance(few, Histogram)
    assert isinstance(many, Histogram)
    assert len(few.density) < len(many.density)
    assert few.title == "histogram"


def test_a_shade_begins_where_that_of_a_density_does_and_fills_its_cell() -> None:
    values = np.linspace(0, 1, 40).reshape(5, 8)
    levels = blocks_of(values, BANDS, (0.0, 1.0))
    times = levels.shape[1] // 8
    cells = levels.reshape(5, times, 8, times)
    assert (cells == cells[:, :1, :, :1]).all()
    assert len(np.unique(levels)) == BANDS + 1
    smooth = levels_of(np.repeat(np.repeat(values, 64, 0), 64, 1), BANDS)[::64, ::64]
    assert np.abs(smooth.astype(int) - cells[:, 0, :, 0]).max() <= 255 // BANDS // 2 + 1


def test_the_number_of_cells_is_one_of_the_steps() -> None:
    assert suiting(np.zeros((112, 160)), 0, CELLS) in CELLS
    assert suiting(np.full((112, 160), 1e6), 10**9, CELLS) == CELLS[-1]
