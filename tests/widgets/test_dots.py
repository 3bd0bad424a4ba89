"""Dots: as large as they should be, over one another, and none of the frame before."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.fields.dots import Dots, stamp


def test_dots_leave_nothing_of_the_frame_before() -> None:
    dots, colour = Dots(), np.ones((1, 3))
    first = dots.image((40, 30), np.array([[5.5, 5.5]]), colour, None, 1.5, 0.5)
    assert first.pixelColor(5, 5).alpha() > 100
    second = dots.image((40, 30), np.array([[39.9, 29.9], [-1.0, -1.0], [90.0, 5.0]]), colour, None, 1.5, 0.5)
    assert second.pixelColor(5, 5).alpha() == 0
    assert second.pixelColor(39, 29).alpha() > 60
    assert second.pixelColor(0, 29).alpha() == 0, "a dot over the right edge does not come in at the left"


def test_overlapping_dots_add_up_as_glass_does() -> None:
    one = Dots().image((9, 9), np.full((1, 2), 4.5), np.ones((1, 3)), None, 2.0, 0.4).pixelColor(4, 4).alphaF()
    two = Dots().image((9, 9), np.full((2, 2), 4.5), np.ones((1, 3)), None, 2.0, 0.4).pixelColor(4, 4).alphaF()
    assert one == pytest.approx(0.4, abs=0.01)
    assert two == pytest.approx(1 - 0.6**2, abs=0.01)


@pytest.mark.parametrize("radius", [1.15, 2.1, 4.0])
def test_a_dot_covers_its_area_wherever_it_lies(radius: float) -> None:
    cover = stamp(radius)[1].sum(axis=1)
    np.testing.assert_allclose(cover, np.pi * radius**2, rtol=0.09)
