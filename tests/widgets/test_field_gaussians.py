"""Gaussians of a field: labels, the one to compare with, and hills on a line; small pictures of layers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.widgets.fields import BOX, four_points
from widgets.drawing.plane import Plane
from widgets.drawing.theme import LIGHT, THEMES
from widgets.fields.dots import Dots
from widgets.fields.ellipses import Ellipses, Single
from widgets.fields.hills import Hills
from widgets.fields.layer import Layer, Sketch
from widgets.fields.layer_tile import SIDE, layer_tile


def _drawn(layer: Layer, *, line: bool = False) -> QImage:
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.bg1))
    plane = Plane(None, line=line)
    plane.set_extent(BOX)
    with QPainter(image) as painter:
        layer.draw(Sketch(painter, plane.frame(QRectF(0, 0, 200, 200), 1.0), LIGHT, Dots()))
    return image


def _touched(image: QImage) -> int:
    ground = QColor(LIGHT.bg1).rgb()
    return sum(image.pixel(x, y) != ground for x in range(200) for y in range(200))


def test_labels_stand_beside_means_and_not_beside_one_that_is_gone(qtbot: QtBot) -> None:
    del qtbot
    means, wide = np.array([[0.0, 0.0], [np.nan, np.nan]]), np.repeat(0.1 * np.eye(2)[None], 2, axis=0)
    bare, labelled = _drawn(Ellipses(means, wide)), _drawn(Ellipses(means, wide, labels=("0.5", "0.5")))
    assert bare != labelled
    only = _drawn(Ellipses(means[:1], wide[:1], labels=("0.5",)))
    assert only.size() == labelled.size()
    assert Ellipses(means, wide).told() == "1 Gaussian with one and two standard deviations"


def test_one_gaussian_is_a_dashed_ellipse_with_its_name(qtbot: QtBot) -> None:
    field = four_points(qtbot)
    single = Single(np.zeros(2), 0.25 * np.eye(2))
    field.set_layer("single", single)
    assert "one Gaussian with two standard deviations" in field.accessibleDescription()
    legend = single.legend(field.frame())
    assert legend is not None
    assert legend[0] > 40
    image = _drawn(single)
    # at two deviations, which are one unit, that is 50 px from the middle; nothing within
    assert _touched(image) > 0
    ground = QColor(LIGHT.bg1).rgb()
    assert all(image.pixel(x, 100) == ground for x in range(60, 140))


def test_hills_are_densities_with_their_weights(qtbot: QtBot) -> None:
    del qtbot
    hills = Hills(np.array([0.25, 0.75, 0.0]), np.array([-1.0, 1.0, np.nan]), np.array([0.04, 0.25, np.nan]))
    xs = np.linspace(-6, 6, 4001)
    areas = hills.density(xs).sum(axis=1) * (xs[1] - xs[0])
    np.testing.assert_allclose(areas, [0.25, 0.75, 0], atol=1e-6)
    assert hills.told() == "2 Gaussians as hills"
    assert _touched(_drawn(hills, line=True)) > 100
    with pytest.raises(ValueError, match="do not fit each other"):
        Hills(np.ones(2), np.ones(3), np.ones(3))


def test_a_component_without_variance_has_no_hill(qtbot: QtBot) -> None:
    """All of its weight at one place: no height could be drawn."""
    del qtbot
    hills = Hills(np.array([0.5, 0.5]), np.array([0.0, 1.0]), np.array([0.0, 0.25]))
    assert hills.density(np.array([1.0])).tolist() == [[0.0], [pytest.approx(0.5 / np.sqrt(2 * np.pi * 0.25))]]
    assert hills.told() == "1 Gaussian as hills"
    assert _touched(_drawn(hills, line=True)) > 100


@pytest.mark.parametrize("name", sorted(THEMES))
def test_layers_make_a_small_picture_in_the_colours_of_the_theme(name: str, qtbot: QtBot) -> None:
    del qtbot
    theme = THEMES[name]
    tile = layer_tile([Single(np.zeros(2), 0.25 * np.eye(2))], BOX, theme)
    assert (tile.width(), tile.height()) == (SIDE, SIDE)
    assert tile.pixelColor(2, 2) == QColor(theme.bg1)
    assert any(tile.pixelColor(x, SIDE // 2) != QColor(theme.bg1) for x in range(SIDE))
