"""The canvas of points under the hand: probe, selection, brush and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from pytestqt.qtbot import QtBot

from tests.widgets.fields import four_points
from tests.widgets.pointer import drag
from widgets.fields.brush import Brush
from widgets.fields.particles import Particles
from widgets.fields.point_field import PointField
from widgets.fields.pointers import tweedie
from widgets.fields.probe import Fact, fitting, readout_box

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def field(qtbot: QtBot) -> PointField:
    """Four particles."""
    return four_points(qtbot)


# Pointer and keys


def test_hovering_probes_and_shows_the_owners_lines(field: PointField, qtbot: QtBot) -> None:
    points: list[tuple[float, float]] = []
    gone: list[bool] = []
    field.probed.connect(lambda x, y: points.append((x, y)))
    field.unprobed.connect(lambda: gone.append(True))
    qtbot.mouseMove(field, field.frame().place(0.5, -0.5).toPoint())
    assert points[-1] == pytest.approx((0.5, -0.5), abs=0.01)
    field.set_readout([Fact("log p", "−1.20"), Fact("score", "3.10", "prior")])
    assert "log p −1.20" in field.accessibleDescription()
    qtbot.mouseMove(field, QPointF(3, 3).toPoint())
    assert gone == [True]
    assert field.probe is None


def test_the_readout_stays_on_the_plate(field: PointField) -> None:
    plate, facts = field.plate(), [Fact("log p", "−1.20"), Fact("x̂_0", "0.10, 0.20")]
    for at in (plate.topLeft(), plate.bottomRight(), plate.center(), plate.topRight(), plate.bottomLeft()):
        assert plate.contains(readout_box(at, facts, plate))


def test_a_click_takes_the_nearest_particle(field: PointField, qtbot: QtBot) -> None:
    taken: list[int] = []
    field.selected.connect(taken.append)
    for point, expected in (((1.03, 0.95), 2), ((-0.97, 1.02), 3), ((0.0, 0.0), -1)):
        qtbot.mouseClick(field, Qt.MouseButton.LeftButton, NONE, field.frame().place(*point).toPoint())
        assert taken[-1] == expected
    field.set_layer("particles", Particles(np.array([[np.nan, np.nan], [1.0, 1.0]])))
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, NONE, field.frame().place(1, 1).toPoint())
    assert taken[-1] == 1


def test_arrows_move_the_probe_and_enter_selects(field: PointField, qtbot: QtBot) -> None:
    points: list[tuple[float, float]] = []
    taken: list[int] = []
    field.probed.connect(lambda x, y: points.append((x, y)))
    field.selected.connect(taken.append)
    qtbot.keyClick(field, Qt.Key.Key_Right)
    assert points == [pytest.approx((0.0, 0.0))]
    qtbot.keyClick(field, Qt.Key.Key_Right)
    qtbot.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert points[-1] == pytest.approx((2 / 75, 16 / 75))
    field.set_probe((0.98, 0.98))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert taken == [2]
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.probe is None


def test_a_stroke_emits_points_within_the_brush(field: PointField) -> None:
    strokes: list[np.ndarray] = []
    ends: list[bool] = []
    field.painted.connect(strokes.append)
    field.stroke_finished.connect(lambda: ends.append(True))
    field.set_brush(Brush(15.0, puff=5))
    place = field.frame().place
    drag(field, place(-1, 0), place(0, 0), place(1, 0))
    points = np.concatenate(strokes)
    assert ends == [True]
    assert np.abs(points[:, 1]).max() <= 15 / 75
    assert -1.2 <= points[:, 0].min() < -0.8
    assert 0.8 < points[:, 0].max() <= 1.2
    assert field.plane.fits, "a stroke moves nothing"
    field.set_brush(None)
    drag(field, place(-1, 0), place(0, 0))
    assert len(np.concatenate(strokes)) == len(points)


def test_the_spray_is_even_however_fast_the_stroke() -> None:
    slow, fast = Brush(20.0, seed=1), Brush(20.0, seed=1)
    one = [slow.press(QPointF(0, 0)), *(slow.move(QPointF(x, 0)) for x in range(3, 202, 3))]
    two = [fast.press(QPointF(0, 0)), fast.move(QPointF(201, 0))]
    assert len(np.concatenate(one)) == len(np.concatenate(two)) == 41 * 6


def test_arrow_keys_are_the_windows_until_the_keyboard_brought_the_focus(field: PointField) -> None:
    """A click on the canvas leaves the arrows to the steps; who came by Tab moves the probe."""
    def claimed() -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Left, NONE)
        event.ignore()
        field.event(event)
        return event.isAccepted()

    field.focusInEvent(QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason))
    assert not claimed()
    field.focusInEvent(QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert claimed()


def test_brackets_change_the_brush_within_its_limits(field: PointField, qtbot: QtBot) -> None:
    field.set_brush(Brush(20.0))
    assert field.brush is not None
    qtbot.keyClick(field, Qt.Key.Key_BracketRight)
    assert field.brush.radius == pytest.approx(25.0)
    for _ in range(40):
        qtbot.keyClick(field, Qt.Key.Key_BracketLeft)
    assert field.brush.radius == 2.0


def test_the_lines_leave_the_tip_of_an_arrow_free_where_they_can() -> None:
    at, plate, facts = QPointF(200.0, 200.0), QRectF(0.0, 0.0, 400.0, 400.0), [Fact("log p", "−2.83")] * 4
    for tip in (at + QPointF(40, 40), at + QPointF(-40, 40), at + QPointF(40, -40), at + QPointF(-40, -40)):
        box = readout_box(at, facts, plate, [tip])
        assert not box.contains(tip)
        assert plate.contains(box)
    assert readout_box(at, facts, plate, []).topLeft() == at + QPointF(14, 14)


def test_the_lines_leave_arrows_to_all_sides_free_and_their_names() -> None:
    """As of two arrows with names that the four corners beside the point would cover."""
    at, plate, facts = QPointF(300.0, 300.0), QRectF(0.0, 0.0, 600.0, 600.0), [Fact("log p", "−2.83, 1.234")] * 4
    tips = [at + QPointF(x, y) for x, y in ((40, 40), (-40, 40), (40, -40), (-40, -40))]
    box = readout_box(at, facts, plate, tips)
    assert not any(box.contains(tip) for tip in tips)
    assert plate.contains(box)


def test_a_name_is_among_the_places_of_an_arrow(field: PointField) -> None:
    item = tweedie((0.0, 0.0), (0.5, 0.0), learned=True)
    tip, middle, end = item.places(field.frame())
    assert tip == field.frame().place(0.5, 0.0)
    assert end.x() - tip.x() > 40
    assert tip.x() < middle.x() < end.x()
    assert item.colour != tweedie((0.0, 0.0), (0.5, 0.0)).colour, "the learned one is told apart by its colour, too"


def test_lines_are_said_in_short_on_a_small_plate_and_never_cut() -> None:
    """As of four panels with a model in a window of 1280 px."""
    facts = [Fact("log p", "−2.013"), Fact("score", "−12.860, −0.461"), Fact("x̂₀", "−0.461, −0.012", "prior"),
             Fact("score, learned", "none without noise", brief="sθ", briefly="none"),
             Fact("x̂₀, learned", "−0.461, −0.012", "good", "x̂θ")]
    small, large = QRectF(0, 0, 178, 178), QRectF(0, 0, 400, 400)
    short = fitting(facts, small)
    assert [(fact.name, fact.value) for fact in short[3:]] == [("sθ", "none"), ("x̂θ", "−0.461, −0.012")]
    for at in (small.topLeft(), small.center(), small.bottomRight()):
        assert small.contains(readout_box(at, short, small))
    assert fitting(facts, large) == facts
    assert [fact.name for fact in fitting(facts, QRectF(0, 0, 90, 178))] == ["sθ"]
    assert fitting(facts, QRectF(0, 0, 40, 178)) == []
    here = [Fact("height_cm", "182.11"), Fact("weight_kg", "57.72")]
    assert fitting([*here, *facts], QRectF(0, 0, 178, 144)) == short, "most of the plate stays in sight"
    assert fitting(facts, QRectF(0, 0, 178, 20)) == []


def test_the_lines_stand_below_the_caption(field: PointField) -> None:
    plate = field.plate()
    assert field.caption_box(plate).isEmpty()
    field.set_caption("10 steps, Heun")
    caption = field.caption_box(plate)
    assert plate.contains(caption)
    assert field.readout_room(plate).top() > caption.bottom()
