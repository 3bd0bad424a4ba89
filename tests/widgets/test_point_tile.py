"""Points as a tile of the film strip, in the colours of both themes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from widgets.drawing.theme import DARK, LIGHT, Theme
from widgets.fields.point_tile import point_tile

BOX = (-1.0, -1.0, 1.0, 1.0)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_a_dot_stands_out_from_the_ground(theme: Theme) -> None:
    tile = point_tile(np.array([[0.5, 0.5], [np.nan, 0.0]]), BOX, theme, side=40)
    assert (tile.width(), tile.height()) == (40, 40)
    assert tile.pixelColor(5, 35) == QColor(theme.bg1)
    assert abs(tile.pixelColor(30, 9).lightness() - QColor(theme.bg1).lightness()) > 60


def test_values_are_bars() -> None:
    tile = point_tile(np.zeros((50, 1)), BOX, LIGHT, side=40)
    assert tile.pixelColor(20, 38).lightness() < 140
    assert tile.pixelColor(2, 38) == QColor(LIGHT.bg1)


def test_a_crowd_is_shaded_by_how_dense_it_is() -> None:
    """Ten thousand points cover every pixel around their middle: there, too, it is seen where they lie densest."""
    crowd = 0.25 * np.random.default_rng(0).standard_normal((10_000, 2))
    tile = point_tile(np.append(crowd, [[-0.95, 0.95]], axis=0), BOX, LIGHT)
    light = [float(np.mean([tile.pixelColor(x + dx, 44 + dy).lightness() for dx in (-1, 0, 1) for dy in (-1, 0, 1)]))
             for x in (44, 56, 66, 78)]  # 0, 1, 2 and 3 deviations from the middle
    assert min(b - a for a, b in zip(light, light[1:], strict=False)) > 12
    assert light[0] < 110
    assert QColor(LIGHT.bg1).lightness() - tile.pixelColor(2, 2).lightness() > 12, "a point alone stays in sight"


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.full((3, 2), 1e300), np.full((3, 2), np.nan)])
def test_what_has_left_the_box_leaves_it_empty(points: np.ndarray) -> None:
    assert point_tile(points, BOX, LIGHT).pixelColor(44, 44) == QColor(LIGHT.bg1)
