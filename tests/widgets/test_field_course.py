"""One-dimensional data over time: numbers of the axes, and a density drawn sideways."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from widgets.drawing.plane import Frame, Plane
from widgets.fields.course import SHARE, CourseAxes, SideCurve
from widgets.fields.paths import Trails

ROOM = QRectF(0, 0, 600, 300)


@pytest.fixture
def frame() -> Frame:
    """Time from 1 at the left to 0 at the right, values from −4 to 4."""
    plane = Plane(line=True)
    plane.set_extent((-1.0, -4.0, 0.0, 4.0))
    return plane.frame(ROOM)


def test_time_falls_to_the_right(frame: Frame) -> None:
    numbers = CourseAxes().numbers(frame)
    assert numbers[0][1] == "t"
    below = {text: box.center().x() for box, text in numbers[1:] if box.top() > 270}
    assert below["0.8"] == pytest.approx(120)
    assert below["0.2"] == pytest.approx(480)
    assert {text for box, text in numbers[1:] if box.top() <= 270} >= {"−2", "2"}
    rising = [text for box, text in CourseAxes(sign=1.0, title="log-SNR").numbers(frame)[1:] if box.top() > 270]
    assert "−0.8" in rising


@pytest.mark.parametrize("to_left", [False, True])
def test_a_density_stands_sideways_at_its_time(frame: Frame, to_left: bool) -> None:
    values = np.linspace(-4, 4, 81)
    density = np.exp(-((values - 1) ** 2))
    outline = SideCurve(-0.5, values, density, to_left).outline(frame)
    reach = outline[:, 0] - 300
    assert np.abs(reach).argmax() == 50
    assert reach[50] == pytest.approx((-1 if to_left else 1) * SHARE * 600)
    assert outline[50, 1] == pytest.approx(frame.place(0, 1).y())
    assert "peak at 1" in SideCurve(-0.5, values, density).told()


def test_a_density_at_its_time_leaves_out_what_is_not_finite(frame: Frame) -> None:
    """And where nothing is, says so and draws nothing."""
    values, density = np.array([-1.0, 0.0, 1.0]), np.array([np.nan, 2.0, np.inf])
    some = SideCurve(0.0, values, density)
    assert some.outline(frame).shape == (1, 2)
    assert some.told() == "exact density at this step with its peak at 0"
    none = SideCurve(0.0, values, np.full(3, np.nan))
    assert none.outline(frame).shape == (0, 2)
    assert none.told() == "exact density at this step without a finite value"


def test_trails_say_how_many_moves_they_show() -> None:
    """One less than places, and all of them where only some places are drawn."""
    assert Trails(np.zeros((3, 2, 2))).told() == "3 paths of 1 step"
    assert Trails(np.zeros((1, 1, 2))).told() == "1 path of 0 steps"
    assert Trails(np.zeros((2, 26, 2)), 50).told() == "2 paths of 50 steps"
