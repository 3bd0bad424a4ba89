"""Handles on a field: dragged before anything else there, and nowhere else in the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.widgets.fields import four_points
from tests.widgets.pointer import drag, send
from widgets.fields.brush import Brush
from widgets.fields.handles import LAYER, Handle, HandleMarks, Handles
from widgets.fields.point_field import PointField

FIRST, LAST = Handle((-0.5, 0.0), "First"), Handle((0.5, 0.5), "Last")


@pytest.fixture
def field(qtbot: QtBot) -> PointField:
    """Four particles."""
    return four_points(qtbot)


@pytest.fixture
def handles(field: PointField) -> Handles:
    """Two handles on it."""
    made = Handles("Drag it", field)
    made.show([field], [FIRST, LAST])
    return made


def test_a_handle_is_dragged_and_the_view_stays(field: PointField, handles: Handles) -> None:
    moves: list[tuple[int, float, float]] = []
    dropped: list[int] = []
    handles.dragged.connect(lambda *move: moves.append(move))
    handles.dropped.connect(dropped.append)
    centre, place = field.plane.centre, field.frame().place
    drag(field, place(0.5, 0.5) + QPointF(5, 0), place(0.8, 0.2), place(1.0, -1.0))
    assert moves[-1] == (1, pytest.approx(1.0, abs=0.01), pytest.approx(-1.0, abs=0.01))
    assert dropped == [1]
    assert field.probe is None, "it would stay behind"
    assert field.plane.centre == centre
    # at the rim it stays on the plate
    drag(field, place(-0.5, 0.0), QPointF(-500, -500))
    assert field.plate().adjusted(-1, -1, 1, 1).contains(place(*moves[-1][1:]))


def test_a_press_without_a_move_changes_nothing_and_takes_no_particle(field: PointField, handles: Handles) -> None:
    told: list[object] = []
    for signal in (handles.dragged, handles.dropped, field.selected):
        signal.connect(lambda *what: told.append(what))
    drag(field, field.frame().place(-0.5, 0.0))
    assert told == []
    drag(field, field.frame().place(1.0, 1.0))
    assert told == [(2,)], "elsewhere a click takes a particle as ever"


def test_besides_handles_a_drag_moves_the_view_and_a_brush_paints(field: PointField, handles: Handles) -> None:
    moves: list[object] = []
    handles.dragged.connect(lambda *move: moves.append(move))
    centre, at = field.plane.centre, field.frame().place
    drag(field, at(0.0, -0.5), at(0.3, -0.5), at(0.5, -0.5))
    assert field.plane.centre != centre
    field.fit()
    field.set_brush(Brush())
    drag(field, at(-0.5, 0.0), at(0.0, 0.0))
    assert moves == []


def test_it_shows_that_it_can_be_taken_and_says_where_it_is(field: PointField, handles: Handles) -> None:
    send(field, QEvent.Type.MouseMove, field.frame().place(-0.5, 0.0), Qt.MouseButton.NoButton)
    assert field.cursor().shape() == Qt.CursorShape.OpenHandCursor
    assert field.toolTip() == "Drag it"
    send(field, QEvent.Type.MouseMove, field.frame().place(0.0, -1.5), Qt.MouseButton.NoButton)
    assert field.cursor().shape() != Qt.CursorShape.OpenHandCursor
    assert "First at -0.50, 0.00, Last at 0.50, 0.50" in field.accessibleDescription()
    handles.show([field], [])
    assert field.layer(LAYER) is None
    handles.show([field], [FIRST])
    handles.show([], [FIRST])
    assert field.layer(LAYER) is None, "it is a field of others now"
    assert HandleMarks((FIRST,)).told().startswith("First")
