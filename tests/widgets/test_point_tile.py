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
