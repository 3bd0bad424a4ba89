"""A run that diverged: what its sentence names is one click away, and going on as it was is not offered."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engines.errors import Diverged
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, form_of, run, turned
from tests.journeys.test_messages import press
from workbench.library.records import State
from workbench.window import MainWindow


def offered(window: MainWindow) -> list[str]:
    """The words of the buttons over the canvas."""
    return [button.text() for button in window.bar.findChildren(QPushButton) if button.isVisible()]


def test_a_step_that_is_too_large_is_lowered_by_a_button(qtbot: QtBot, opened: Opener) -> None:
    """The run after it has the step size of the button, is done, and its options are in the form."""
    window = opened()
    turned(window, qtbot)
    too_large = {"name": "langevin", "level": 0.2, "size": 10.0, "finish": True}
    filled(window, count=20, steps=200, sampler=too_large)
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):  # the last that is heard of it
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "choose a step size below 2, where it is 10 now" in window.bar.sentence)
    assert offered(window)[:2] == ["Run with step size 1", "Change options"]
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        press(qtbot, window, "Run with step size 1")
    later = str(ended.args[0])
    assert window.desk.queue.job(later).state is State.DONE
    assert window.desk.library.run(later).options["sampler"] == {**too_large, "size": 1.0}
    assert form_of(window).values()["sampler"] == {**too_large, "size": 1.0}
    window.desk.actions["edit.undo"].trigger()
    assert form_of(window).values()["sampler"] == too_large


def test_where_no_number_helps_the_options_are_offered(qtbot: QtBot, opened: Opener) -> None:
    """Of a run that diverged for another reason, and only of one that diverged."""
    window = opened()
    points = turned(window, qtbot)
    done = run(window, qtbot, count=20, steps=4, sampler={"name": "ddim", "eta": 0.0})
    job = window.desk.queue.job(done)
    assert [words for words, _ in points.remedies(job)] == ["Run again"]
    (words, act), = points.remedies(replace(job, error=Diverged))
    assert words == "Change options"
    filled(window, steps=7)
    act()
    qtbot.waitUntil(lambda: form_of(window).values()["steps"] == 4)
