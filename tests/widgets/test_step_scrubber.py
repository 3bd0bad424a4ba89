"""The scrubber, driven with keys and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from pytestqt.qtbot import QtBot

from widgets.controls.buttons import GlyphButton
from widgets.controls.step_scrubber import LONGEST_STALL, SPEEDS, STEPS_PER_SECOND, StepScrubber
from widgets.controls.step_slider import PAD, place, step_at


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
    scrubber.set_run(50, 40)
    scrubber.go(99)
    assert scrubber.step() == 40


def test_showing_a_step_is_silent(scrubber: StepScrubber, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(scrubber.step_changed):
        scrubber.set_step(12)
    assert scrubber.step() == 12


class Played:
    """A scrubber whose clock and timer the test turns.

    Attributes: now, in seconds; rung, how often its timer rang.
    """

    def __init__(self, qtbot: QtBot, total: int, recorded: int) -> None:
        self.now = 0.0
        self.scrubber = StepScrubber(clock=lambda: self.now)
        qtbot.addWidget(self.scrubber)
        self.scrubber.set_run(total, recorded, 0)
        self.scrubber.show()
        self.timer = next(t for t in self.scrubber.children() if isinstance(t, QTimer))

    def run(self, seconds: float, late: float = 0.0) -> None:
        """Let time pass, the timer ringing at its interval, each time so many seconds late."""
        end = self.now + seconds
        while self.scrubber.playing and self.now < end - 1e-9:
            self.now += self.timer.interval() / 1000 + late
            self.timer.timeout.emit()


def button(scrubber: StepScrubber, name: str) -> GlyphButton:
    """A button of the transport by its name."""
    return next(b for b in scrubber.findChildren(GlyphButton) if b.accessibleName() == name)


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("late", [0.0, 0.05])
def test_playing_keeps_its_speed_however_slow_the_screen(qtbot: QtBot, speed: float, late: float) -> None:
    """Also through a thousand steps that each take long to draw: then some are left out."""
    played = Played(qtbot, 1000, 1000)
    played.scrubber.set_speed(speed)
    played.scrubber.play()
    played.run(4.0, late)
    assert played.scrubber.step() == pytest.approx(played.now * STEPS_PER_SECOND * speed, abs=2)


def test_space_plays_to_the_end_and_stops(qtbot: QtBot) -> None:
    """The button says what it will do; at the end it plays from the start again."""
    played = Played(qtbot, 50, 50)
    scrubber = played.scrubber
    scrubber.set_step(48)
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Space)
    assert scrubber.playing
    assert button(scrubber, "Pause").isEnabled()
    played.run(2.0)
    assert (scrubber.playing, scrubber.step()) == (False, 50)
    assert button(scrubber, "Play").isEnabled()
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Space)
    assert (scrubber.playing, scrubber.step()) == (True, 0)
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Space)
    assert not scrubber.playing


def test_a_step_by_hand_pauses(qtbot: QtBot) -> None:
    """By the slider's keys and by those of the window; else playing would carry it away at once."""
    scrubber = Played(qtbot, 50, 50).scrubber
    scrubber.set_step(20)
    for key, step in ((Qt.Key.Key_Left, 19), (Qt.Key.Key_PageDown, 9), (Qt.Key.Key_End, 50)):
        scrubber.play()
        qtbot.keyClick(scrubber.slider, key)
        assert (scrubber.playing, scrubber.step()) == (False, step)
    scrubber.set_step(20)
    scrubber.play()
    scrubber.nudge(-1)
    assert (scrubber.playing, scrubber.step()) == (False, 19)


def test_a_loop_begins_again(qtbot: QtBot) -> None:
    played = Played(qtbot, 10, 10)
    button(played.scrubber, "Play again from the start at the end").setChecked(True)
    played.scrubber.play()
    seen = list[int]()
    played.scrubber.step_changed.connect(seen.append)
    played.run(1.5)
    assert played.scrubber.playing
    assert seen[:12] == [*range(1, 11), 0, 1]


def test_playing_waits_for_a_run_that_goes_on_but_not_for_one_that_was_stopped(qtbot: QtBot) -> None:
    played = Played(qtbot, 50, 5)
    scrubber = played.scrubber
    scrubber.more_comes = lambda: True
    scrubber.play()
    played.run(2.0)
    assert (scrubber.playing, scrubber.step()) == (True, 5)
    scrubber.set_run(50, 8)
    played.run(1.0)
    assert (scrubber.playing, scrubber.step()) == (True, 8)
    scrubber.more_comes = lambda: False
    played.run(1.0)
    assert not scrubber.playing


def test_after_a_stall_playing_goes_on_where_it_was(qtbot: QtBot) -> None:
    played = Played(qtbot, 1000, 1000)
    played.scrubber.play()
    played.now += 30
    played.timer.timeout.emit()
    assert played.scrubber.step() <= STEPS_PER_SECOND * LONGEST_STALL + 1


def test_without_steps_nothing_can_be_played(qtbot: QtBot) -> None:
    played = Played(qtbot, 0, 0)
    played.scrubber.play()
    assert not played.scrubber.playing
    assert not button(played.scrubber, "Play").isEnabled()


def test_hiding_stops_playing(scrubber: StepScrubber) -> None:
    scrubber.play()
    scrubber.hide()
    assert not scrubber.playing


def test_place_and_step_are_inverse() -> None:
    assert [step_at(place(s, 1000, 760.0), 1000, 760.0) for s in (0, 1, 500, 1000)] == [0, 1, 500, 1000]
    assert step_at(-50, 10, 100) == 0
    assert place(0, 10, 100) == PAD


def test_a_run_that_begins_midway_has_no_steps_before(scrubber: StepScrubber, qtbot: QtBot) -> None:
    """Keys, buttons and playing begin with its first step."""
    scrubber.set_run(40, 40, 40, first=16)
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Home)
    assert scrubber.step() == 16
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Left)
    assert scrubber.step() == 16
    scrubber.set_run(40, 16, 16, first=16)
    assert not scrubber.able
