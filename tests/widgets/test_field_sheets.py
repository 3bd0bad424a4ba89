"""How often the layers of a field are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.widgets.fields import BOX, CORNERS, four_points
from widgets.fields.density import Heat
from widgets.fields.particles import Particles
from widgets.fields.point_field import PointField


@pytest.fixture
def field(qtbot: QtBot) -> PointField:
    """Four particles."""
    return four_points(qtbot)


def scrub(field: PointField, steps: int) -> None:
    for step in range(steps):
        field.set_layer("particles", Particles(CORNERS * step / steps))
        field.grab()


def test_scrubbing_draws_what_rests_once(field: PointField) -> None:
    """Only particles are drawn anew with a step, into the one image that is kept; nothing at all when nothing moved."""
    field.set_layer("density", Heat(np.random.default_rng(0).random((20, 20)), BOX))
    scrub(field, 2)  # what lies under them goes onto its sheet when it has not changed for a frame
    rest, whole = field.rest.drawn, field.whole.drawn
    images = [field.dots.made, field.rest.made, field.whole.made]
    scrub(field, 20)
    assert (field.rest.drawn, field.whole.drawn) == (rest, whole + 20)
    field.set_layer("density", Heat(np.zeros((20, 20)), BOX))
    field.zoom_by(1.1)
    field.grab()
    assert field.rest.drawn == rest, "a density that may be another one in the next frame is not worth a sheet"
    scrub(field, 1)
    assert field.rest.drawn == rest + 1
    assert [field.dots.made, field.rest.made, field.whole.made] == images


def test_hovering_draws_no_layer(field: PointField) -> None:
    field.grab()
    before = field.whole.drawn
    for x in range(5):
        field.set_probe((x / 10, 0.0))
        field.grab()
    assert field.whole.drawn == before
