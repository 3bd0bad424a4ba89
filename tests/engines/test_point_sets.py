"""Point data sets: unit variance, samples that follow the density, and densities against closed forms."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
import torch

import engines.data.points.curve as curves
from engines.component import build, validated
from engines.data.points.base import PointSet, point_sets
from engines.data.points.checkerboard import Checkerboard
from engines.data.points.curve import Moons, Rings, Spiral
from engines.data.points.line import Claw, TwoPeaks
from engines.data.points.mixtures import Grid, Ring, TwoBlobs, UnequalBlobs
from engines.data.points.pinwheel import Pinwheel
from engines.data.points.raster import Raster, Text
from engines.errors import BadInput, BadOption

CHANGED = (Ring(modes=3, spread=0.3), Grid(side=2), TwoBlobs(weight=0.9), Moons(noise=0.2), Rings(rings=1, noise=0.1),
           Spiral(arms=1, turns=1, noise=0.1), Checkerboard(side=2), Pinwheel(arms=3, bend=-2), Text(text="Ab\nc"),
           TwoPeaks(weight=0.8, distance=6))
# own points come with a file, and are tested with it
EVERY = (*(kind() for name, kind in point_sets().items() if name != "own"), *CHANGED)
# little of any set lies farther out, and the squares of boards are whole numbers of cells
EDGE = {1: 9.0, 2: 3 * math.sqrt(3)}
CELLS = {1: 20_000, 2: 240}


@cache
def _masses(points: PointSet) -> tuple[torch.Tensor, torch.Tensor]:
    """Middles of the cells of a grid (n, d), and the probability of each cell (n,)."""
    d = points.dimension
    cells = 960 if isinstance(points, Text) else CELLS[d]  # letters are made of pixels much smaller
    width = 2 * EDGE[d] / cells
    axis = (torch.arange(cells, dtype=torch.float64) + 0.5) * width - EDGE[d]
    x = torch.cartesian_prod(*[axis] * d).reshape(-1, d)
    parts = [points.log_density(part) for part in x.split(10_000)]
    return x, torch.cat([part.exp() for part in parts if part is not None]) * width**d


@pytest.mark.parametrize("points", EVERY, ids=str)
def test_points_are_float64_and_have_a_seed(points: PointSet) -> None:
    x = points.sample(40, seed=3)
    assert x.shape == (40, points.dimension)
    assert x.dtype == torch.float64
    assert bool(x.isfinite().all())
    assert torch.equal(x, points.sample(40, seed=3))
    assert not torch.equal(x, points.sample(40, seed=4))
    assert points.sample(1).shape == (1, points.dimension)


@pytest.mark.parametrize("points", EVERY, ids=str)
def test_every_set_has_mean_0_and_variance_1(points: PointSet) -> None:
    """From the samples up to their error, from the density exactly up to that of the grid."""
    x = points.sample(40_000, seed=1)
    assert x.mean(0).tolist() == pytest.approx([0] * points.dimension, abs=0.03)
    assert float(x.var(0).mean()) == pytest.approx(1, abs=0.05)
    grid, mass = _masses(points)
    # a letter is about forty cells wide, and each of its edges cuts through some
    assert float(mass.sum()) == pytest.approx(1, abs=0.02)
    assert (mass @ grid).tolist() == pytest.approx([0] * points.dimension, abs=0.01)
    assert float((mass @ grid.square()).mean()) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("points", EVERY, ids=str)
def test_samples_follow_the_density(points: PointSet) -> None:
    """Shares of 40,000 points in coarse bins, against the density summed over finer cells within."""
    count = 40_000
    edges = np.linspace(-1, 1, 25) * EDGE[points.dimension]
    found, _ = np.histogramdd(points.sample(count, seed=2).numpy(), [edges] * points.dimension)
    grid, mass = _masses(points)
    expected, _ = np.histogramdd(grid.numpy(), [edges] * points.dimension, weights=mass.numpy())
    # five standard errors, and what a grid misses of sharp edges
    slack = 5 * np.sqrt(expected / count) + 1.5e-3
    assert (np.abs(found / count - expected) <= slack).all()


@pytest.mark.parametrize("points", EVERY, ids=str)
def test_the_density_is_told_where_there_are_samples_and_is_float64(points: PointSet) -> None:
    log_density = points.log_density(points.sample(1000))
    assert log_density is not None
    assert log_density.dtype == torch.float64
    assert bool(log_density.isfinite().all())


@pytest.mark.parametrize("points", EVERY, ids=str)
def test_every_set_presents_itself_and_reads_back(points: PointSet) -> None:
    assert points.title
    assert points.summary.endswith(".")
    assert all(f.title and f.description for f in type(points).model_fields.values())
    assert build(PointSet, points.model_dump(mode="json"), point_sets) == points


def test_the_mixtures_are_what_their_names_say() -> None:
    eight, five = Ring().mixture(), Grid().mixture()
    assert len(eight.weights) == 8
    assert (eight.means.norm(dim=1) / eight.means[0].norm()).tolist() == pytest.approx([1] * 8)
    assert len(five.weights) == 25
    assert UnequalBlobs().mixture().weights.tolist() == pytest.approx([0.7, 0.25, 0.05])
    assert len(TwoBlobs().mixture().weights) == 2
    claw = Claw().mixture()
    ratios = claw.covariances[1:, 0, 0].sqrt() / claw.covariances[0, 0, 0].sqrt()
    assert ratios.tolist() == pytest.approx([0.1] * 5)


@pytest.mark.parametrize("name", sorted(point_sets()))
def test_a_mixture_is_its_own_oracle_and_has_the_exact_moments(name: str) -> None:
    points = point_sets()[name]()
    mixture, oracle = points.mixture(), points.oracle()
    if mixture is not None:
        assert oracle is not None
        torch.testing.assert_close(oracle.covariances, mixture.covariances)
    if oracle is not None:
        assert float(oracle.mean().abs().max()) < 1e-12
        assert float(oracle.covariance().trace()) == pytest.approx(points.dimension, rel=1e-12)


@pytest.mark.parametrize("rings", [Rings(), Rings(rings=1, noise=0.3), Rings(rings=6, noise=0.02), Rings(noise=0.5)],
                         ids=str)
def test_rings_have_the_density_of_bessels_function(rings: Rings) -> None:
    """A circle of radius r with noise s: exp(−(ρ − r)²/2s²) i0e(ρr/s²)/2πs² at the distance ρ (Rice 1945)."""
    n, s = rings.rings, rings.noise
    radii = [(k + 1) / n for k in range(n)]
    shares = [2 * r / (n + 1) for r in radii]
    scale = math.sqrt(sum(w * r**2 for w, r in zip(shares, radii, strict=True)) / 2 + s**2)
    x = rings.sample(500)
    rho = scale * x.norm(dim=1)
    density = sum(w * (-(rho - r).square() / (2 * s**2)).exp() * torch.special.i0e(rho * r / s**2)
                  for w, r in zip(shares, radii, strict=True)) / (2 * math.pi * s**2) * scale**2
    torch.testing.assert_close(rings.log_density(x), torch.as_tensor(density).log(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("points", [Moons(), Spiral(), Spiral(turns=4, noise=0.02), Moons(noise=0.02)], ids=str)
def test_quadrature_along_a_curve_has_converged(points: Moons | Spiral, monkeypatch: pytest.MonkeyPatch) -> None:
    x = points.sample(200)
    density, oracle = points.log_density(x), points.oracle()
    monkeypatch.setattr(curves, "NODES", 6)
    torch.testing.assert_close(density, points.log_density(x), rtol=0, atol=1e-6)
    assert oracle is not None
    finer = points.oracle()
    assert finer is not None
    assert len(finer.weights) > 3 * len(oracle.weights)


def test_a_pinwheel_without_a_bend_is_a_mixture_and_a_bend_keeps_the_density() -> None:
    straight, bent = Pinwheel(bend=0), Pinwheel(bend=2)
    x = straight.sample(500)
    rho = straight.scale * x.norm(dim=1)
    turn = torch.polar(torch.ones_like(rho), 2 * rho) * torch.view_as_complex(x.contiguous())
    torch.testing.assert_close(bent.log_density(torch.view_as_real(turn)), straight.log_density(x))
    torch.testing.assert_close(bent.sample(500), torch.view_as_real(turn))


def test_squares_of_the_board_are_full_or_empty() -> None:
    board = Checkerboard()
    middles = (torch.cartesian_prod(torch.arange(4.0), torch.arange(4.0)) - 1.5).double() * board.square
    found = board.log_density(middles).isfinite().reshape(4, 4)
    assert found.tolist() == [[(i + j) % 2 == 0 for j in range(4)] for i in range(4)]
    assert not board.log_density(torch.tensor([[2.1, 0.0]]) * board.square).isfinite()


def test_a_drawing_is_upright_and_keeps_its_shares() -> None:
    ink = np.zeros((2, 4))
    ink[0, 0], ink[1, 3] = 1, 3  # upper left, lower right
    drawing = Raster(ink)
    x = drawing.drawn(8000, torch.Generator().manual_seed(0))
    left = x[x[:, 0] < 0]
    assert len(left) / 8000 == pytest.approx(0.25, abs=0.02)
    assert float(left[:, 1].min()) > float(x[x[:, 0] > 0][:, 1].max())
    assert float(x.var(0).mean()) == pytest.approx(1, abs=0.05)
    assert sorted({round(float(v), 9) for v in drawing.log_density(x).exp()}) == pytest.approx(
        [0.25 * drawing.frame()[1] ** 2, 0.75 * drawing.frame()[1] ** 2])


def test_the_pixels_of_a_text_hold_all_of_it() -> None:
    raster = Text().raster()
    (height, width), (mean, unit) = raster.ink.shape, raster.frame()
    middles = torch.cartesian_prod(torch.arange(width) + 0.5, torch.arange(height) + 0.5).double()
    mass = raster.log_density((middles - mean) / unit).exp() / unit**2
    assert float(mass.sum()) == pytest.approx(1, rel=1e-12)
    # a pixel is as wide as its own variance tells: 1/12 a coordinate
    spread = mass @ ((middles - mean) / unit).square()
    assert float(spread.sum()) + 2 / 12 / unit**2 == pytest.approx(2, rel=1e-12)


def test_letters_are_drawn_the_way_they_are_read() -> None:
    """An L has its foot below and to the right of its stem."""
    x = Text(text="L").sample(4000)
    low = x[x[:, 1] < x[:, 1].min() + 0.3]
    high = x[x[:, 1] > x[:, 1].max() - 0.3]
    assert float(low[:, 0].max()) > float(high[:, 0].max()) + 0.5
    assert float(low[:, 0].min()) == pytest.approx(float(high[:, 0].min()), abs=0.1)


@pytest.mark.parametrize("ink", [np.zeros((3, 3)), np.full((3, 3), np.nan), -np.ones((3, 3)), np.ones(3)],
                         ids=["blank", "nan", "negative", "flat"])
def test_what_cannot_be_a_density_is_refused(ink: np.ndarray) -> None:
    with pytest.raises(BadInput, match="draw"):
        Raster(ink)


def test_counts_and_texts_out_of_range_are_refused() -> None:
    for count in (0, 10_000_001):
        with pytest.raises(BadOption, match="choose 1 to 10,000,000"):
            Ring().sample(count)
    for text in ("", "   ", "x" * 41):
        with pytest.raises(BadOption, match="text"):
            validated(Text, {"text": text})
