"""Whose the keys are after a run was begun: they go through its steps, however it was begun."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, form_of, run, turned
from tests.journeys.test_images import fill, press_run
from tests.journeys.test_train import start_training, stripes
from tests.journeys.window import Window
from workbench.field_keys import FieldKeys
from workbench.library.records import State

LEFT, RIGHT, SPACE, HOME = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Home


def press(qtbot: QtBot, *keys: Qt.Key) -> None:
    """Press keys wherever the keyboard is."""
    for key in keys:
        held = QApplication.focusWidget()
        assert held is not None
        qtbot.keyClick(held, key)


def steps_answer(window: Window, qtbot: QtBot) -> None:
    """Arrows step and Space plays, and no other run is begun."""
    before, runs = form_of(window).values(), len(window.desk.queue.alive()) + len(window.desk.library.runs())
    window.desk.stage.move(window.desk.stage.last)
    last = window.desk.stage.index
    press(qtbot, LEFT, LEFT)
    assert window.desk.stage.index == last - 2
    press(qtbot, RIGHT)
    assert window.desk.stage.index == last - 1
    press(qtbot, HOME, SPACE)
    assert window.timeline.scrubber.playing
    press(qtbot, SPACE)
    assert not window.timeline.scrubber.playing
    assert form_of(window).values() == before
    assert len(window.desk.queue.alive()) + len(window.desk.library.runs()) == runs


def test_after_a_click_on_run_the_keys_are_for_the_steps(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    run(window, qtbot, steps=4, count=20)
    steps_answer(window, qtbot)


def test_a_button_reached_by_tab_starts_once_and_hands_the_keys_on(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    filled(window, steps=4, count=20)
    window.panel.run.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        press(qtbot, SPACE)
    qtbot.waitUntil(lambda: window.navigator.follower.caught_up, timeout=SOON)
    steps_answer(window, qtbot)
    press(qtbot, Qt.Key.Key_Backtab)
    held = QApplication.focusWidget()
    assert held is not None
    assert held is not window.timeline.scrubber.slider, "Tab goes on from the steps"


def test_ctrl_return_in_a_field_leaves_it_for_the_steps(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    filled(window, steps=4, count=20)
    row = form_of(window).row("steps")
    assert row is not None
    field = row.editor.findChild(QLineEdit)
    assert field is not None
    field.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.navigator.follower.caught_up, timeout=SOON)
    steps_answer(window, qtbot)


def test_a_refused_run_leaves_the_keys_where_they_are(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    row = form_of(window).row("steps")
    assert row is not None
    row.set_error("Steps are too many here.")
    window.panel.run.setFocus(Qt.FocusReason.TabFocusReason)
    press(qtbot, SPACE)
    assert QApplication.focusWidget() is window.panel.run
    assert not window.desk.library.runs()


def test_keys_on_the_canvas_stay_there(qtbot: QtBot, opened: Opener) -> None:
    """Arrows move its probe."""
    window = opened()
    field = turned(window, qtbot).field_page.plane.fields[0]
    filled(window, steps=4, count=20)
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert field.hasFocus()


def test_a_form_that_floats_gives_the_keys_to_the_window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window, steps, button, called = QMainWindow(), QLineEdit(), QPushButton("Run"), list[bool]()
    for shown in (window, button):
        qtbot.addWidget(shown)
    window.setMenuWidget(steps)
    window.setCentralWidget(QPushButton("canvas"))
    window.show()
    keys = FieldKeys(window, QPushButton(window), QAction(window), lambda: steps)
    monkeypatch.setattr(QApplication, "focusWidget", lambda: button)
    monkeypatch.setattr(window, "activateWindow", lambda: called.append(True))
    keys.to_steps()
    assert called
    assert window.focusWidget() is steps


def test_pictures_are_stepped_through_after_a_click_on_run(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    fill(window, "generate", {"steps": 4, "count": 1})
    press_run(qtbot, window)
    steps_answer(window, qtbot)


def test_a_training_has_the_keys_at_its_film(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    run = start_training(qtbot, window, stripes(tmp_path), 20)
    assert QApplication.focusWidget() is window.train_space.timeline.film
    qtbot.waitUntil(lambda: window.desk.queue.job(run).state is State.DONE, timeout=SOON)
    assert QApplication.focusWidget() is window.train_space.timeline.film
