"""Arrows, paths, ellipses and one-dimensional layers of the canvas of points."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from widgets.drawing.theme import LIGHT
from widgets.fields.arrows import Arrows, heads
from widgets.fields.axes import Axes
from widgets.fields.contours import contour
from widgets.fields.ellipses import Ellipses
from widgets.fields.layer import Layer
from widgets.fields.line import AIR, DensityCurve, Histogram, along, line_extent, rug
from widgets.fields.particles import Particles
from widgets.fields.paths import Streamlines, Trails, aged, thinned
from widgets.fields.point_field import PointField
from widgets.fields.pointers import Pointer, Pointers, tweedie
from widgets.fields.streamlines import direction, streamlines

BOX = (-2.0, -2.0, 2.0, 2.0)


@pytest.fixture
def field(qtbot: QtBot) -> PointField:
    """A light field of 436 × 436, so 100 pixels a unit, without axes."""
    widget = PointField()
    qtbot.addWidget(widget)
    widget.set_theme(LIGHT)
    widget.resize(436, 436)
    widget.show()
    widget.plane.set_extent(BOX)
    widget.show_layer("axes", False)
    return widget


def drawn(field: PointField, layer: Layer) -> QImage:
    """What a field looks like with one layer."""
    field.set_layer("layer", layer)
    return field.grab().toImage()


def inked(field: PointField, shown: QImage, x: float, y: float, reach: int = 1) -> QColor:
    """The colour farthest from the plate's within a few pixels of a point of the data."""
    at = field.frame().place(x, y).toPoint()
    around = [shown.pixelColor(at + QPoint(i, j)) for i in range(-reach, reach + 1) for j in range(-reach, reach + 1)]
    return min(around, key=lambda colour: colour.lightness())


def bare(field: PointField, shown: QImage, x: float, y: float) -> bool:
    """Whether nothing is drawn at a point of the data."""
    return inked(field, shown, x, y).lightness() > 250


def test_an_arrow_lies_around_its_point_along_its_vector(field: PointField) -> None:
    points = np.array([[-1.0, 0.0], [1.0, 0.0], [-1.0, 1.0], [1.0, 1.0]])
    vectors = np.array([[2.0, 0.0], [0.0, 1.0], [0.0, 0.0], [np.nan, 1.0]])
    layer = Arrows(points, vectors, full=2.0)
    shafts = layer.shafts(field.frame())
    apart = layer.apart() * field.frame().scale[0]
    np.testing.assert_allclose(shafts[0].mean(axis=0), field.frame().pixels(points[0]))
    np.testing.assert_allclose(shafts[0, 1] - shafts[0, 0], (apart, 0))
    np.testing.assert_allclose(shafts[1, 1] - shafts[1, 0], (0, -apart / 2))
    shown = drawn(field, layer)
    assert not bare(field, shown, -1.2, 0.0)
    assert bare(field, shown, -1.0, 0.2)
    assert not bare(field, shown, 1.0, 0.2)
    assert bare(field, shown, 1.0, 1.0)
    assert bare(field, shown, -1.0, 1.0)


def test_long_arrows_are_cut_and_that_is_said() -> None:
    grid = np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0)), axis=-1).reshape(-1, 2)
    vectors = np.tile([1.0, 0.0], (36, 1))
    vectors[0] = (1e6, 0.0)
    layer = Arrows(grid, vectors)
    assert layer.unit == pytest.approx(1.0)
    assert layer.cut() == 1
    assert "1 longer ones cut" in layer.told()
    with pytest.raises(ValueError, match="3 vectors do not fit 36 points"):
        Arrows(grid, vectors[:3])


def test_the_scale_of_arrows_tells_the_truth(field: PointField) -> None:
    """The sample in the corner is as long as an arrow of its value is on the plate, at any zoom."""
    points = np.array([[-1.0, 0.0], [1.0, 0.0], [-1.0, 1.0], [1.0, 1.0]])
    for zoom in (1.0, 3.0):
        field.plane.move(zoom, (0.0, 0.0))
        layer = Arrows(points, np.full((4, 2), 0.3), full=2.0)
        value, length = layer._sample(field.frame())
        same = Arrows(points, np.array([[value, 0.0]] * 4), full=2.0).shafts(field.frame())[0]
        assert 10 < length < 60
        assert (same[1] - same[0])[0] == pytest.approx(length)


def test_heads_point_back_from_the_tip() -> None:
    strokes = heads(np.array([[[0.0, 0.0], [100.0, 0.0]], [[5.0, 5.0], [5.0, 5.0]]]))
    assert strokes.shape == (4, 2, 2)
    np.testing.assert_allclose(strokes[[0, 2], 0], [[100, 0], [100, 0]])
    assert (strokes[[0, 2], 1, 0] < 100).all()
    assert strokes[0, 1, 1] == -strokes[2, 1, 1]
    assert np.isfinite(strokes).all()


def test_trails_fade_into_the_past(field: PointField) -> None:
    path = np.stack([np.linspace(-1.5, 1.5, 50), np.zeros(50)], axis=1)[None]
    shown = drawn(field, Trails(path))
    old, new = inked(field, shown, -1.4, 0.0), inked(field, shown, 1.3, 0.0)
    assert old.lightness() > new.lightness() + 20
    assert QColor(LIGHT.guidance).hue() == pytest.approx(new.hue(), abs=6)
    assert inked(field, shown, 1.5, 0.0).lightness() < 60, "a dot marks where it is now"
    assert "1 path of 49 steps" in field.accessibleDescription(), "fifty places, each but the first after a step"


def test_a_thinned_path_keeps_its_corners_and_its_end() -> None:
    steps = np.random.default_rng(0).normal(size=(400, 2))
    jagged = np.cumsum(steps * 5, axis=0)
    crowded = np.cumsum(steps * 1e-3, axis=0)
    _, kept = thinned(np.stack([jagged, crowded]))
    assert kept[:, [0, -1]].all()
    assert kept[0].sum() > 390
    assert kept[1].sum() < 10
    jagged[:3] = jagged[7] = jagged[-1] = np.nan
    places, kept = thinned(np.stack([jagged, np.full_like(jagged, np.nan)]))
    corners = places[kept]
    assert np.isfinite(corners).all()
    np.testing.assert_array_equal(corners[[0, -1]], jagged[[3, -2]])
    assert not kept[1].any(), "what is never finite has no path"


def test_the_parts_of_a_path_join_and_cover_it() -> None:
    jagged = np.cumsum(np.random.default_rng(0).normal(size=(2, 101, 2)) * 5, axis=1)
    parts = aged(jagged)
    assert [int(first.sum()) for _, first in parts] == [2] * 8
    for k, path in enumerate(jagged):
        lines = [np.split(corners, np.flatnonzero(first)[1:])[k] for corners, first in parts]
        whole = np.concatenate([lines[0], *(line[1:] for line in lines[1:])])
        assert all((a[-1] == b[0]).all() for a, b in zip(lines, lines[1:], strict=False))
        np.testing.assert_array_equal(whole, thinned(path[None])[0][0][thinned(path[None])[1][0]])


def test_streamlines_follow_a_rotation() -> None:
    middles = (np.arange(40) + 0.5) / 10 - 2
    across, up = np.meshgrid(middles, middles)
    lines = streamlines(np.stack([-up, across], axis=-1), BOX)
    assert len(lines) > 10
    for line in lines:
        radius = np.hypot(*line.T)
        assert np.ptp(radius) < 0.02
    at = direction(np.stack([-up, across], axis=-1), BOX, np.array([[1.0, 0.0], [0.0, 1.5], [9.0, 0.0]]))
    np.testing.assert_allclose(at[:2], [[0, 1], [-1, 0]], atol=1e-9)
    assert np.isnan(at[2]).all()


def test_streamlines_keep_their_distance_and_end_where_all_meet() -> None:
    middles = (np.arange(40) + 0.5) / 10 - 2
    across, up = np.meshgrid(middles, middles)
    sink = np.stack([-across - 1e-3, -up - 1e-3], axis=-1)
    lines = streamlines(sink, BOX)
    for line in lines:
        steps = np.diff(line, axis=0)
        assert ((steps[1:] * steps[:-1]).sum(axis=1) > 0).all(), "no line goes to and fro"
    assert len(Streamlines.of(sink, BOX).lines) == len(lines)
    assert streamlines(np.zeros((5, 5, 2)), BOX) == ()
    with pytest.raises(ValueError, match="no streamlines"):
        streamlines(np.zeros((5, 5)), BOX)


def test_ellipses_lie_at_one_and_two_deviations(field: PointField) -> None:
    covariance = np.array([[[0.25, 0.0], [0.0, 0.04]]])
    layer = Ellipses(np.array([[0.5, 0.5]]), covariance)
    outline = layer.outlines(2.0)[0] - 0.5
    np.testing.assert_allclose((outline[:, 0] / 1.0) ** 2 + (outline[:, 1] / 0.4) ** 2, 1.0)
    shown = drawn(field, layer)
    for x, y in ((1.0, 0.5), (0.0, 0.5), (0.5, 0.7), (0.5, 0.5)):
        assert not bare(field, shown, x, y)
    assert bare(field, shown, 0.75, 0.5)
    with pytest.raises(ValueError, match="do not fit 2 means"):
        Ellipses(np.zeros((2, 2)), covariance)


def test_a_singular_component_is_drawn_as_a_line(field: PointField) -> None:
    layer = Ellipses(np.zeros((1, 2)), np.array([[[0.25, 0.0], [0.0, 0.0]]]))
    assert np.abs(layer.outlines(1.0)[..., 1]).max() < 1e-9
    assert not bare(field, drawn(field, layer), 0.3, 0.0)


def test_term_arrows_have_their_terms_colours(field: PointField) -> None:
    ends = {"prior": (1.0, 0.0), "likelihood": (0.0, 1.0), "noise": (-1.0, 0.0), "guidance": (0.0, -1.0)}
    items = tuple(Pointer((0.0, 0.0), end, name, name) for name, end in ends.items())
    shown = drawn(field, Pointers(items))
    for name, (x, y) in ends.items():
        assert inked(field, shown, x / 2, y / 2, 0).name() == QColor(getattr(LIGHT, name)).name()
    lit = drawn(field, Pointers(items, lit="noise"))
    assert inked(field, lit, 0.5, 0.0, 0).lightness() > QColor(LIGHT.prior).lightness() + 40
    assert inked(field, lit, -0.5, 0.0, 0).name() == QColor(LIGHT.noise).name()
    assert "arrows of prior, likelihood, noise, guidance" in field.accessibleDescription()


def test_the_tweedie_arrow_goes_from_the_point_to_the_mean(field: PointField) -> None:
    shown = drawn(field, Pointers((tweedie((-1.0, -1.0), (1.0, -1.0)),
                                   tweedie((-1.0, 1.0), (np.nan, 1.0), learned=True))))
    assert inked(field, shown, 0.0, -1.0, 0).name() == QColor(LIGHT.prior).name()
    assert bare(field, shown, 0.0, 1.0)


def test_contours_of_a_plane_are_straight() -> None:
    values = np.tile(np.arange(8.0), (5, 1))
    lines = contour(values, (0.0, 0.0, 8.0, 5.0), 3.25)
    np.testing.assert_allclose(lines[..., 0], 3.75)
    assert (lines[..., 1].min(), lines[..., 1].max()) == (0.5, 4.5)
    assert not contour(values, (0.0, 0.0, 8.0, 5.0), 99.0).size
    saddle = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert len(contour(saddle, (0.0, 0.0, 2.0, 2.0), 0.5)) == 2


# One dimension


@pytest.fixture
def line(qtbot: QtBot) -> PointField:
    """A line of [−2, 2] under a density of at most 1."""
    widget = PointField(line=True)
    qtbot.addWidget(widget)
    widget.set_theme(LIGHT)
    widget.resize(436, 336)
    widget.plane.set_extent(line_extent(-2.0, 2.0, 1.0))
    widget.show_layer("axes", False)
    return widget


def test_a_curve_its_histogram_and_its_particles_stand_over_one_axis(line: PointField) -> None:
    xs = np.linspace(-2, 2, 200)
    shown = drawn(line, DensityCurve(xs, np.exp(-xs**2 / 0.2), filled=True))
    assert inked(line, shown, 0.0, 1.0).name() == QColor(LIGHT.prior).name()
    assert not bare(line, shown, 0.0, 0.5)
    assert bare(line, shown, 1.5, 0.5)
    assert "peak of 1 at" in line.accessibleDescription()
    bars = drawn(line, Histogram(np.array([-1.0, 0.0, 1.0]), np.array([0.8, 0.2])))
    assert not bare(line, bars, -0.5, 0.6)
    assert bare(line, bars, 0.5, 0.4)
    assert not bare(line, bars, 0.5, 0.1)
    points = rug(np.array([-1.0, 1.0]), 1.0)
    rugged = drawn(line, Particles(points))
    assert (points[:, 1] < 0).all()
    for x, y in points:
        assert inked(line, rugged, x, y).lightness() < 140


def test_a_histogram_is_a_density() -> None:
    values = np.random.default_rng(0).normal(size=5000)
    made = Histogram.of(values, -6.0, 6.0, 50)
    assert (made.density * np.diff(made.edges)).sum() == pytest.approx(1.0)
    half = Histogram.of(np.array([0.5, np.nan, 99.0, 0.5]), 0.0, 1.0, 4)
    assert (half.density * np.diff(half.edges)).sum() == pytest.approx(0.5)
    with pytest.raises(ValueError, match="do not bound"):
        Histogram(np.zeros(3), np.zeros(3))


def test_particles_and_arrows_of_a_line_lie_below_it() -> None:
    box = line_extent(-1.0, 1.0, 2.0)
    assert box[3] == 2 * AIR
    points = rug(np.zeros(500), 2.0)
    arrows, vectors = along(np.array([0.0, 1.0]), np.array([3.0, -1.0]), 2.0)
    assert box[1] < points[:, 1].min() < points[:, 1].max() < arrows[0, 1] < 0
    np.testing.assert_array_equal(vectors, [[3, 0], [-1, 0]])
    assert Arrows(arrows, vectors).apart() == 1.0


def test_arrows_that_are_compared_have_one_scale(field: PointField) -> None:
    """As long as that of the longest, which their legend says; asked for again they are the same, and not redrawn."""
    points = np.array([[-1.0, 0.0], [1.0, 0.0], [-1.0, 1.0], [1.0, 1.0]])
    strong, weak = (Arrows(points, np.full((4, 2), length)) for length in (2.0, 0.5))
    shared = weak.scaled(strong.unit)
    long, short = (np.ptp(layer.shafts(field.frame())[0], axis=0)[0] for layer in (strong.scaled(strong.unit), shared))
    assert short == pytest.approx(long / 4)
    assert shared._sample(field.frame()) == strong._sample(field.frame())
    assert shared.title == "score, one scale"
    assert weak.scaled(strong.unit) is shared


def test_scales_and_numbers_hide_nothing(field: PointField) -> None:
    """The scales stand below the plate, and the numbers of the axes over what is drawn on it."""
    field.show_layer("axes", True)
    grid = np.stack(np.meshgrid(np.linspace(-2, 2, 40), np.linspace(-2, 2, 40)), axis=-1).reshape(-1, 2)
    bare = field.grab().toImage()
    shown = drawn(field, Arrows(grid, np.ones_like(grid)))
    foot = field.plate().toRect().bottom() + 1
    assert shown.copy(0, foot, field.width(), 18) != bare.copy(0, foot, field.width(), 18)
    axes = field.layer("axes")
    assert isinstance(axes, Axes)
    for box, _ in axes.numbers(field.frame()):
        if box.left() > field.plate().left() + 30:  # one that is centred below
            area = shown.copy(box.adjusted(22, 0, -22, 0).toRect())
            light = [area.pixelColor(i, 0).lightness() for i in range(area.width())]
            assert min(light) > 200, "arrows are seen through the ground of a number at most"
