"""Terms that are hovered in the equation, as arrows on the canvas of points: for every sampler, also on a line."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.samplers.base import samplers
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.window import Window
from widgets.fields.point_field import PointField
from widgets.fields.pointers import Pointer, Pointers
from workbench.workspaces.points import Points

VARIANTS = (*({"name": name} for name in sorted(samplers())), {"name": "dpm++2m", "noisy": True})
LINE = {"name": "two-peaks"}


def hovered(window: Window, field: PointField, term: str) -> tuple[Pointer, ...]:
    """The arrows on the canvas while a term is hovered, which stands out among them."""
    window.equation.view._hover(term)
    shown = field.layer("pointers")
    assert isinstance(shown, Pointers)
    assert shown.lit in {item.name for item in shown.items if item.colour == term}
    return shown.items


def moved(window: Window, step: int, particle: int) -> np.ndarray:
    """The move of a particle from a step to the next one."""
    live = window.desk.stage.live
    assert live is not None
    assert live.trajectory is not None
    return (live.trajectory.x(step + 1) - live.trajectory.x(step))[particle]


def line(window: Window, qtbot: QtBot) -> Points:
    """A run of values on a line, at one of its steps."""
    points = turned(window, qtbot)
    run(window, qtbot, steps=8, count=50, data=LINE, sampler={"name": "ddpm"})
    window.desk.stage.move(4)
    qtbot.waitUntil(lambda: not points.subjects.store.busy, timeout=SOON)
    return points


def looked(window: Window, points: Points, *, over_time: bool) -> PointField:
    """The canvas of values over time, or of their density."""
    if over_time != points.field_page.shows("course"):
        window.desk.actions["layer.course"].trigger()
    return points.field_page.fields[0]


def test_a_hovered_term_has_its_arrow_with_every_sampler(qtbot: QtBot, opened: Opener) -> None:
    """All of them together are the move, whatever they are enlarged by; at the end they are the last move's."""
    window = opened()
    points = turned(window, qtbot)
    for sampler in VARIANTS:
        run(window, qtbot, steps=6, count=20, data={"name": "ring"}, sampler=sampler)
        stage, field = window.desk.stage, points.field_page.fields[0]
        stage.choose(3)
        for step in (2, stage.last):
            stage.move(step)
            valued = [name for name, value in window.equation.view.values.items() if value > 1e-6]
            assert "prior" in valued
            for term in valued:
                items = hovered(window, field, term)
                assert {item.colour for item in items} == set(valued), sampler
                total = sum((np.subtract(item.end, item.start) for item in items), np.zeros(2))
                move = moved(window, min(step, stage.last - 1), 3)
                np.testing.assert_allclose(total / np.hypot(*total), move / np.hypot(*move), atol=1e-3)
        window.equation.view._hover("")


def test_on_a_line_the_arrows_lie_along_the_values(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = line(window, qtbot)
    window.desk.stage.choose(7)
    for over_time in (False, True):
        field, axis = looked(window, points, over_time=over_time), int(over_time)
        items = hovered(window, field, "noise")
        assert {item.colour for item in items} == {"prior", "noise"}
        along = [item.end[axis] - item.start[axis] for item in items]
        assert all(item.end[1 - axis] == item.start[1 - axis] for item in items)
        assert len({item.start[1 - axis] for item in items}) == 2, "they lie beside one another"
        assert sum(along) * float(moved(window, 4, 7)[0]) > 0
        assert window.desk.stage.live is not None
        assert window.desk.stage.live.trajectory is not None
        state = float(window.desk.stage.live.trajectory.x(4)[7, 0])
        assert [item.start[axis] for item in items] == pytest.approx([state] * 2, abs=1e-5)
        window.equation.view._hover("")


def test_on_a_line_the_probe_points_to_the_estimate(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = line(window, qtbot)
    for over_time in (False, True):
        field, axis = looked(window, points, over_time=over_time), int(over_time)
        frame = field.frame()
        middle = frame.point(frame.room.center())
        field._move_probe(frame.place(*middle))
        shown = field.layer("pointers")
        assert isinstance(shown, Pointers)
        (arrow,) = shown.items
        assert arrow.name == "x̂_0"
        assert arrow.start == pytest.approx(middle, abs=1e-6)
        assert arrow.end[1 - axis] == arrow.start[1 - axis]
        assert arrow.end[axis] != arrow.start[axis]
        field._move_probe(None)
        assert field.layer("pointers") is None
