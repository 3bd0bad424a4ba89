"""Projections of a field: an arrow from every point to each of its places, the strongest in colour."""

from __future__ import annotations

import numpy as np
import pytest

from tests.widgets.test_field_layers import bare, drawn, field
from widgets.drawing.theme import DARK, LIGHT, Theme
from widgets.fields.point_field import PointField
from widgets.fields.projections import Projections

__all__ = ["field"]  # the fixture


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_each_strength_has_its_arrow_and_the_last_the_whole_colour(field: PointField, theme: Theme) -> None:
    field.set_theme(theme)
    starts = np.array([[-1.0, 0.005], [1.0, 1.0]])
    ends = np.array([[[-1.0, 1.0], [np.nan, 0.0]], [[0.5, 0.005], [np.nan, 0.0]]])
    layer = Projections(starts, ends, "brought back")
    weak, strong = layer.shafts(field.frame())
    np.testing.assert_allclose(weak, field.frame().pixels(np.stack([starts[:1], ends[0, :1]], axis=1)))
    np.testing.assert_allclose(strong, field.frame().pixels(np.stack([starts[:1], ends[1, :1]], axis=1)))
    shown = drawn(field, layer)
    at = field.frame().place(0.0, 0.0).toPoint()
    assert theme.term("guidance").lower() in {shown.pixelColor(at.x(), at.y() + k).name() for k in range(-3, 4)}
    assert not bare(field, shown, -1.0, 0.5)
    assert layer.told() == "4 arrows, brought back"


def test_places_of_other_points_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be led"):
        Projections(np.zeros((2, 2)), np.zeros((3, 1, 2)), "x")
