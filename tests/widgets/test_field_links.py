"""Links of a field: whole arrows from particles to what belongs to them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.widgets.test_field_layers import bare, drawn, field
from widgets.drawing.theme import DARK, LIGHT, Theme
from widgets.fields.links import Links
from widgets.fields.point_field import PointField

__all__ = ["field"]  # the fixture


def test_a_link_begins_at_its_point_in_a_ring_and_ends_where_it_leads(field: PointField) -> None:
    starts, ends = np.array([[-1.0, 0.0], [1.0, 1.0]]), np.array([[0.5, 0.0], [np.nan, 0.0]])
    layer = Links(starts, ends, "x → y")
    (shaft,) = layer.shafts(field.frame())
    np.testing.assert_allclose(shaft, field.frame().pixels(np.array([[-1.0, 0.0], [0.5, 0.0]])))
    shown = drawn(field, layer)
    assert not bare(field, shown, 0.4, 0.0)
    assert bare(field, shown, -1.1, 0.0), "nothing of it lies behind its point"
    assert bare(field, shown, 0.6, 0.0)
    assert bare(field, shown, 1.0, 1.0)
    assert layer.told() == "2 arrows, x → y"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_link_has_its_whole_colour(field: PointField, theme: Theme) -> None:
    """A fainter one is lost over a density."""
    field.set_theme(theme)
    shown = drawn(field, Links(np.array([[-1.0, 0.005]]), np.array([[0.5, 0.005]]), "x → y"))
    at = field.frame().place(0.0, 0.0).toPoint()
    column = {shown.pixelColor(at.x(), at.y() + k).name() for k in range(-3, 4)}
    assert theme.term("guidance").lower() in column


def test_links_of_other_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="2 links cannot end at 1 points"):
        Links(np.zeros((2, 2)), np.zeros((1, 2)), "x")
