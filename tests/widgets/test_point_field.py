"""The canvas of points: coordinates, and layers where they belong."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.widgets.fields import BOX, CORNERS, four_points
from tests.widgets.pointer import drag, turn_wheel
from widgets.drawing.plane import Plane
from widgets.drawing.theme import DARK, LIGHT
from widgets.fields.arrows import Arrows
from widgets.fields.axes import ticks
from widgets.fields.brush import Brush
from widgets.fields.density import Contours, Heat, counted
from widgets.fields.layer import Sketch
from widgets.fields.particles import Particles, opacity, radius
from widgets.fields.paths import Trails
from widgets.fields.point_field import PointField
from widgets.fields.probe import Fact

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def field(qtbot: QtBot) -> PointField:
    """Four particles."""
    return four_points(qtbot)


def colour_at(field: PointField, x: float, y: float) -> QColor:
    """The colour drawn at a point of the data."""
    return field.grab().toImage().pixelColor(field.frame().place(x, y).toPoint())


def near(colour: QColor, name: str, within: int = 12) -> bool:
    """Whether a colour is that of a name, but for rounding and its edge's blending."""
    other = QColor(name)
    return max(abs(colour.red() - other.red()), abs(colour.green() - other.green()),
               abs(colour.blue() - other.blue())) <= within


def test_a_brush_over_nothing_shows_the_axes(field: PointField) -> None:
    field.bare()
    assert near(colour_at(field, 1.5, 0.0), field.theme.bg1)
    field.set_brush(Brush())
    assert not near(colour_at(field, 1.5, 0.0), field.theme.bg1)


@pytest.mark.parametrize("line", [False, True])
def test_points_and_pixels_are_each_others_inverse(field: PointField, line: bool) -> None:
    points = np.random.default_rng(0).normal(size=(50, 2))
    plane = Plane(line=line)
    plane.set_extent((-3.0, -1.0, 5.0, 2.0))
    for zoom, centre in ((1.0, (0.0, 0.0)), (37.0, (1.2, -0.4)), (0.1, (4.0, 1.0))):
        plane.move(zoom, centre)
        frame = plane.frame(field.plate())
        np.testing.assert_allclose(frame.points(frame.pixels(points)), points, atol=1e-9)
        x, y = frame.point(frame.place(0.3, -0.7))
        assert (x, y) == pytest.approx((0.3, -0.7))


def test_the_plane_has_one_scale_and_what_fits_is_seen_whole(field: PointField) -> None:
    frame = field.frame()
    assert frame.scale == (75.0, 75.0)
    assert field.plate().contains(frame.rect(BOX))
    left, bottom, right, top = frame.visible()
    assert (bottom, top) == pytest.approx((-2, 2))
    assert (left, right) == pytest.approx((-8 / 3, 8 / 3))
    assert frame.place(0, 1).y() < frame.place(0, 0).y()


def test_on_a_line_zooming_leaves_the_height(qtbot: QtBot) -> None:
    widget = PointField(line=True)
    qtbot.addWidget(widget)
    widget.resize(436, 336)
    widget.plane.set_extent((-4.0, -0.25, 4.0, 1.0))
    before = widget.frame()
    widget.zoom_by(5.0, QPointF(120, 90))
    after = widget.frame()
    assert after.scale == pytest.approx((before.scale[0] * 5, before.scale[1]))
    assert after.place(0, 0.5).y() == pytest.approx(before.place(0, 0.5).y())
    assert after.point(QPointF(120, 90))[0] == pytest.approx(before.point(QPointF(120, 90))[0])


def test_a_box_without_extent_is_refused() -> None:
    for box in ((0.0, 0.0, 0.0, 1.0), (0.0, 0.0, np.nan, 1.0)):
        with pytest.raises(ValueError, match="no extent"):
            Plane().set_extent(box)


def test_wheel_keeps_the_point_under_the_pointer(field: PointField) -> None:
    at = QPointF(130, 170)
    held = field.frame().point(at)
    for turn in (120, 240, -120, 360):
        turn_wheel(field, at, turn)
        assert field.frame().point(at) == pytest.approx(held)
    assert field.plane.zoom > 1


def test_drag_moves_and_a_double_click_or_home_fits(field: PointField, qtbot: QtBot) -> None:
    selected: list[int] = []
    field.selected.connect(selected.append)
    before = field.frame().place(0, 0)
    drag(field, QPointF(200, 150), QPointF(230, 140), QPointF(240, 130))
    assert field.frame().place(0, 0) - before == QPointF(40, -20)
    assert not selected
    qtbot.mouseDClick(field, Qt.MouseButton.LeftButton)
    assert field.plane.fits
    qtbot.keyClick(field, Qt.Key.Key_Plus)
    assert not field.plane.fits
    qtbot.keyClick(field, Qt.Key.Key_Home)
    assert field.plane.fits


# Layers


def test_particles_lie_where_they_belong(field: PointField) -> None:
    for x, y in CORNERS:
        assert colour_at(field, x, y).lightness() < 140
    assert near(colour_at(field, 0.5, 0.5), LIGHT.bg1)
    field.zoom_by(2.1)
    assert not field.plate().contains(field.frame().place(1, 1))
    assert colour_at(field, 1, 1).lightness() > 180, "nothing is drawn beyond the plate"
    field.fit()
    field.show_layer("particles", False)
    assert near(colour_at(field, -1, -1), LIGHT.bg1)


def test_particles_without_a_finite_place_are_left_out_and_counted(field: PointField) -> None:
    lost = np.array([[np.nan, 0.0], [np.inf, 1.0], [0.5, 0.5], [1e200, -1e200]])
    field.set_layer("particles", Particles(lost))
    assert colour_at(field, 0.5, 0.5).lightness() < 140
    assert "4 points, 2 of them without a finite place" in field.accessibleDescription()


def test_modes_have_colours_that_can_be_told_apart(field: PointField) -> None:
    field.set_layer("particles", Particles(CORNERS, "accent", np.arange(4)))
    seen = [colour_at(field, x, y) for x, y in CORNERS]
    for k, one in enumerate(seen):
        assert not near(one, LIGHT.bg1, 60)
        for other in seen[:k]:
            assert abs(one.hue() - other.hue()) > 12
    shares = np.eye(4)[[0, 0, 1, 1]]
    field.set_layer("particles", Particles(CORNERS, "accent", shares))
    soft = [colour_at(field, x, y) for x, y in CORNERS]
    assert soft[0] == soft[1] == seen[0]
    assert soft[2] == soft[3]
    assert near(soft[3], seen[1].name())
    with pytest.raises(ValueError, match="3 modes cannot colour 4 particles"):
        Particles(CORNERS, "accent", np.arange(3))
    with pytest.raises(ValueError, match="Mode -1 has no colour"):
        Particles(CORNERS, "accent", np.arange(4) - 1)


def test_layers_refuse_other_shapes() -> None:
    with pytest.raises(ValueError, match=r"Particles of shape \(4,\)"):
        Particles(np.zeros(4))
    with pytest.raises(ValueError, match=r"density of shape \(0, 3\)"):
        Heat(np.zeros((0, 3)), BOX)


def test_what_diverged_is_drawn_without_harm(field: PointField) -> None:
    path = np.array([[[0.0, 0.0], [1.0, 0.0], [1e200, 1e250], [-np.inf, np.nan]]])
    field.set_layers({"particles": Particles(path[0]), "trails": Trails(path),
                      "arrows": Arrows(CORNERS, CORNERS * 1e300)})
    assert colour_at(field, 0.5, 0.0).lightness() < 240
    assert field.frame().pixels(path[0, 2]).tolist() == [1e6, -1e6]


@pytest.mark.parametrize("bands", [0, 3])
def test_a_density_has_its_low_row_below(field: PointField, bands: int) -> None:
    values = np.zeros((4, 4))
    values[0, 3] = 1.0  # lower right
    field.set_layer("density", Heat(values, BOX, "true density", bands=bands))
    assert near(colour_at(field, -1.5, 1.5), LIGHT.bg1)
    assert near(colour_at(field, 1.5, 1.5), LIGHT.bg1)
    assert colour_at(field, 1.5, -1.5).saturation() > 60
    assert "true density from 0 to 1" in field.accessibleDescription()


def test_a_histogram_of_the_plane_is_a_density() -> None:
    points = np.array([[-1.5, 0.5]] * 3 + [[9.0, 9.0], [np.nan, 0.0]])
    values = counted(points, BOX, 4, 4)
    assert values[2, 0] == values.sum() == pytest.approx(3 / 5)


def test_contours_run_at_their_height(field: PointField) -> None:
    middles = (np.arange(80) + 0.5) / 20 - 2
    across, up = np.meshgrid(middles, middles)
    layer = Contours(np.hypot(across, up), BOX, levels=(1.0,))
    field.set_layer("contours", layer)
    for angle in np.linspace(0.3, 6.0, 7):
        x, y = np.cos(angle), np.sin(angle)
        shown = field.grab().toImage()
        at = field.frame().place(x, y).toPoint()
        around = [shown.pixelColor(at.x() + i, at.y() + j).lightness() for i in (-1, 0, 1) for j in (-1, 0, 1)]
        assert min(around) < 200
    assert near(colour_at(field, 0.5, 0.4), LIGHT.bg1)


def test_a_flat_density_has_no_lines() -> None:
    assert Contours(np.ones((4, 4)), BOX).told() == "density without lines"


def test_both_themes_paint_their_own_plate(field: PointField) -> None:
    assert near(colour_at(field, 0.5, 0.4), LIGHT.bg1)
    field.set_theme(DARK)
    assert near(colour_at(field, 0.5, 0.4), DARK.bg1)
    assert colour_at(field, 1, 1).lightness() > 100


def test_an_empty_field_says_what_to_do(field: PointField) -> None:
    field.set_empty_text("Choose a data set to begin.")
    assert "4 points" in field.accessibleDescription()
    field.set_layer("particles", None)
    assert field.empty
    assert field.accessibleDescription() == "Choose a data set to begin."
    field.grab()


def test_a_crowd_on_a_small_plate_is_no_blot() -> None:
    """Where many lie, its density is seen: dots are smaller and fainter, and a few on a large plate are neither."""
    plane = Plane()
    small, large = (plane.frame(QRectF(0, 0, side, side)) for side in (260, 800))
    assert opacity(10_000, small) < 0.6 * opacity(10_000, large) < opacity(100, large)
    assert radius(10_000, small) <= radius(10_000, large) < radius(100, large)


# Work and memory


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_painting_keeps_the_references_to_none(field: PointField) -> None:
    field.set_layer("density", Heat(np.random.default_rng(0).random((8, 8)), BOX, bands=3))
    field.set_probe((0.2, 0.1))
    field.set_readout([Fact("log p", "−1.20")])
    field.repaint()
    before = sys.getrefcount(None)
    for step in range(300):
        field.set_layer("particles", Particles(CORNERS * step / 300))
        field.repaint()
    assert abs(sys.getrefcount(None) - before) < 200


def test_ticks_are_round_and_in_sight(field: PointField) -> None:
    across, up = ticks(field.frame())
    assert (across, up) == ([-2.0, -1.0, 1.0, 2.0], [-2.0, -1.0, 1.0, 2.0])
    field.plane.move(100.0, (0.51, 0.0))
    across, _ = ticks(field.frame())
    left, _, right, _ = field.frame().visible()
    assert len(across) >= 2
    assert all(left <= x <= right for x in across)
    assert [x for x in ticks(field.frame(), line=True)[1] if x < 0] == []


def test_a_layer_that_fails_leaves_nothing_half_drawn_behind(field: PointField) -> None:
    """What is kept is drawn anew after a failure, not taken for whole."""
    class Broken(Particles):
        def draw(self, sketch: Sketch) -> None:
            raise ValueError("no particles today")

    field.set_layer("particles", Broken(CORNERS))
    with pytest.raises(ValueError, match="no particles today"):
        field.grab()
    field.set_layer("particles", Particles(CORNERS))
    assert colour_at(field, 1, 1).lightness() < 140
