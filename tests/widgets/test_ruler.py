"""Axes that read in the units of the user's file: round numbers there, at their places here, and the names."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from widgets.drawing.ruler import PLAIN, Ruler, labels
from widgets.fields.axes import FOOT, Axes, ticks
from widgets.fields.course import CourseAxes
from widgets.fields.particles import Particles
from widgets.fields.point_field import PointField

HEIGHT, WEIGHT = Ruler(172.7, 11.35, "height_cm"), Ruler(71.7, 11.35, "weight_kg")


@pytest.fixture
def field(qtbot: QtBot) -> PointField:
    made = PointField()
    qtbot.addWidget(made)
    made.resize(600, 600)
    made.plane.set_extent((-3, -3, 3, 3))
    return made


def test_a_number_and_its_value_are_one_another_s_inverse() -> None:
    assert HEIGHT.told(0.0) == 172.7
    assert HEIGHT.at(HEIGHT.told(1.3)) == pytest.approx(1.3)
    assert (PLAIN.told(0.5), PLAIN.at(0.5)) == (0.5, 0.5)
    assert HEIGHT.written(0.12) == "174"
    assert (PLAIN.written(1.03), PLAIN.written(0.0)) == ("1", "0")


def test_ticks_are_round_in_the_units_of_the_file_and_stand_where_they_are(field: PointField) -> None:
    across, up = ticks(field.frame(), across=HEIGHT, up=WEIGHT)
    assert across == [140, 150, 160, 170, 180, 190, 200]
    assert up == [40, 50, 60, 70, 80, 90, 100]
    for box, text in Axes(False, HEIGHT, WEIGHT).numbers(field.frame()):
        if box.top() > 550:
            assert field.frame().place(HEIGHT.at(float(text)), 0).x() == pytest.approx(box.center().x())
        else:
            assert field.frame().place(0, WEIGHT.at(float(text))).y() == pytest.approx(box.center().y())


def test_every_tick_has_its_number(field: PointField) -> None:
    """A tick under a name or in the corner, where no number has room, would be one that cannot be read."""
    axes = Axes(False, HEIGHT, WEIGHT)
    below, beside = (axes.beside(field.frame(), upright=upright).ticks for upright in (False, True))
    assert [text for _, text in (*below, *beside)] == [text for _, text in axes.numbers(field.frame())]
    assert [text for _, text in beside] == ["50", "60", "70", "80", "90"], "40 and 100 have no room at this height"
    field.set_layers({"axes": axes, "dot": Particles(np.zeros((1, 2)))})
    drawn, plate = field.grab().toImage(), field.plate().toRect()
    column = [drawn.pixelColor(plate.left() + 2, y) for y in range(plate.top() + 5, plate.bottom() - 5)]
    assert sum(colour != column[0] for colour in column) == len(beside)


def test_no_number_beside_stands_among_those_below(field: PointField) -> None:
    """They are told apart by where they stand, also where one is just above the others."""
    axes = CourseAxes(up=WEIGHT)
    for height in range(560, 640):
        field.resize(600, height)
        frame = field.frame()
        beside = [text for _, text in axes.beside(frame, upright=True).ticks]
        assert [text for box, text in axes.numbers(frame) if box.bottom() <= frame.room.bottom() - FOOT] == beside


@pytest.mark.parametrize("side", [170, 200, 300])
def test_a_small_plate_has_two_numbers_along_each_axis(field: PointField, side: int) -> None:
    field.resize(side, side)
    for axes in (Axes(), Axes(False, HEIGHT, WEIGHT)):
        assert all(len(axes.beside(field.frame(), upright=upright).ticks) > 1 for upright in (False, True))


def test_names_stand_at_the_axes_and_are_told(field: PointField) -> None:
    axes = Axes(False, HEIGHT, WEIGHT)
    assert [name for _, _, name in axes.names(field.frame())] == ["height_cm", "weight_kg"]
    assert axes.told() == "weight_kg by height_cm"
    assert Axes().names(field.frame()) == []
    assert [name for _, _, name in CourseAxes(up=HEIGHT).names(field.frame())] == ["height_cm"]
    clear = [box for box, _ in axes.numbers(field.frame())]
    assert not any(box.intersects(name) for name, _, _ in axes.names(field.frame()) for box in clear)
    field.set_layers({"axes": axes})
    field.grab()


@pytest.mark.parametrize(("numbers", "texts", "base"), [
    ([140, 160, 180], ["140", "160", "180"], ""),
    ([1e9, 1e9 + 1, 1e9 + 2], ["−1", "0", "1"], "1,000,000,001"),
    ([-2000000.2, -2000000.1], ["−0.1", "0"], "−2,000,000.1"),
    ([1e30, 1.5e30], ["1e30", "1.5e30"], ""),
    ([-2e-30, 1e-30], ["−2e−30", "1e−30"], ""),
    ([7.0], ["7"], ""),
    ([], [], "")])
def test_numbers_that_are_long_and_alike_are_told_from_a_base(numbers: list[float], texts: list[str],
                                                              base: str) -> None:
    assert labels(numbers) == (texts, base)


def test_the_base_stands_with_the_name(field: PointField) -> None:
    far = Ruler(1e9, 0.5, "time_s")
    (_, _, name), = Axes(False, far).names(field.frame())
    assert name == "time_s − 1,000,000,000"
    (_, _, name), = Axes(False, Ruler(-1e9, 0.5)).names(field.frame())
    assert name == "x + 1,000,000,000"


@pytest.mark.parametrize("unit", [1e30, 1e-30])
def test_any_size_can_be_drawn(field: PointField, unit: float) -> None:
    field.set_layers({"axes": Axes(False, Ruler(3 * unit, unit, "a"), Ruler(-unit, unit, "b"))})
    field.grab()
    across, up = ticks(field.frame(), across=Ruler(3 * unit, unit), up=Ruler(-unit, unit))
    assert len(across) > 3
    assert len(up) > 3
