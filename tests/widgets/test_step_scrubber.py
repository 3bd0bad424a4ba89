"""The scrubber, driven with keys and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from widgets.step_scrubber import StepScrubber
from widgets.step_slider import PAD, place, step_at


@pytest.fixture
def scrubber(qtbot: QtBot) -> StepScrubber:
    made = StepScrubber()
    qtbot.addWidget(made)
    made.resize(760, 120)
    made.set_run(50, 50, 30)
    made.show()
    return made


def test_readout_says_step_and_facts(scrubber: StepScrubber) -> None:
    scrubber.set_facts([("t", "0.42"), ("calls", "291")])
    assert scrubber.readout.text() == "step 30 / 50   t 0.42   calls 291"


def test_keys_step_and_jump(scrubber: StepScrubber, qtbot: QtBot) -> None:
    for key, step in ((Qt.Key.Key_Right, 31), (Qt.Key.Key_Left, 30), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 50)):
        with qtbot.waitSignal(scrubber.step_changed) as caught:
            qtbot.keyClick(scrubber.slider, key)
        assert caught.args == [step]


def test_a_click_goes_to_the_step_under_it(scrubber: StepScrubber, qtbot: QtBot) -> None:
    x = round(place(10, 50, scrubber.slider.width()))
    with qtbot.waitSignal(scrubber.step_changed) as caught:
        qtbot.mouseClick(scrubber.slider, Qt.MouseButton.LeftButton, pos=QPoint(x, 12))
    assert caught.args == [10]


def test_only_recorded_steps_can_be_reached(scrubber: StepScrubber, qtbot: QtBot) -> None:
    scrubber.set_run(50, 20, 5)
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_End)
    assert scrubber.step() == 20
    scrubber.set_recorded(40)
    scrubber.go(99)
    assert scrubber.step() == 40


def test_showing_a_step_is_silent(scrubber: StepScrubber, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(scrubber.step_changed):
        scrubber.set_step(12)
    assert scrubber.step() == 12


def test_space_plays_to_the_end_and_stops(scrubber: StepScrubber, qtbot: QtBot) -> None:
    scrubber.set_speed(8)
    scrubber.set_step(48)
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Space)
    assert scrubber.playing
    qtbot.waitUntil(lambda: not scrubber.playing)
    assert scrubber.step() == 50


def test_hiding_stops_playing(scrubber: StepScrubber) -> None:
    scrubber.play()
    scrubber.hide()
    assert not scrubber.playing


def test_place_and_step_are_inverse() -> None:
    assert [step_at(place(s, 1000, 760.0), 1000, 760.0) for s in (0, 1, 500, 1000)] == [0, 1, 500, 1000]
    assert step_at(-50, 10, 100) == 0
    assert place(0, 10, 100) == PAD
