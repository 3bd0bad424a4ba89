"""A strip of choices: where its tiles are, what a click takes, and where the mark stands."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from widgets.drawing.pixmaps import Pyramid, to_qimage
from widgets.pictures.choice_strip import Choice, ChoiceStrip

VALUES = (0.1, 0.3, 0.9)


@pytest.fixture
def strip(qtbot: QtBot) -> ChoiceStrip:
    made = ChoiceStrip()
    qtbot.addWidget(made)
    made.resize(600, 84)
    picture = Pyramid(to_qimage(np.zeros((1, 8, 8), np.float32)))
    made.set_choices("Strength", [Choice(f"{value}", picture, value, f"take {value}") for value in VALUES])
    made.show()
    return made


def test_a_click_and_keys_pick(qtbot: QtBot, strip: ChoiceStrip) -> None:
    picked = list[int]()
    strip.picked.connect(picked.append)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.tile_rect(1).center().toPoint())
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPointF(2, 2).toPoint())
    strip.set_current(1)
    qtbot.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    strip.set_current(2)
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    assert picked == [1, 2, 2]
    assert strip.tip_at(strip.tile_rect(0).center()) == "take 0.1"
    assert strip.accessibleDescription() == "0.9"


def test_the_mark_stands_between_the_values_as_the_slider_does(strip: ChoiceStrip) -> None:
    left, middle, right = (strip.tile_rect(k).center().x() for k in range(3))
    assert strip.mark_x() is None
    for value, x in ((0.1, left), (0.2, (left + middle) / 2), (0.3, middle), (0.45, middle + (right - middle) / 4),
                     (0.0, left), (1.0, right)):
        strip.set_position(value)
        assert strip.mark_x() == pytest.approx(x)


@pytest.mark.parametrize("width", [300, 600, 1200])
def test_tiles_are_inside_and_apart(strip: ChoiceStrip, width: int) -> None:
    strip.resize(width, 84)
    boxes = [strip.tile_rect(k) for k in range(strip.count)]
    assert all(strip.rect().contains(box.toRect()) for box in boxes)
    assert all(a.right() < b.left() for a, b in zip(boxes, boxes[1:], strict=False))
    assert [strip.index_at(box.center()) for box in boxes] == [0, 1, 2]


def test_what_is_being_made_is_there_without_a_picture(strip: ChoiceStrip) -> None:
    strip.set_choices("", [Choice("naive"), Choice("RePaint")])
    assert not strip.grab().isNull()
    assert strip.current == -1
    strip.set_choices("", [])
    assert strip.index_at(QPointF(20, 20)) == -1
