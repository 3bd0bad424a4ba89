"""A lesson whose run is paused: begun again it goes on, and left it leaves no paused job behind."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.test_lesson_runs import POINTS, ended, held, put_to_work
from tests.journeys.test_lessons import settled
from tests.journeys.window import Window
from workbench.lessons.registry import lessons
from workbench.library.records import State
from workbench.workspaces.points import Points

WHEN = pytest.mark.parametrize("place", [0, 1])  # of the run that is paused, among those of the lesson


def paused(window: Window, qtbot: QtBot, place: int) -> str:
    """A lesson with two panels, the run of one of them paused by its line under Jobs, before or after it began."""
    points = turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    with held(window):
        window.desk.actions["lesson.velocity"].trigger()
        job = points.lessons.runs[place]
        window.jobs.list.pause_asked.emit(job)
    qtbot.waitUntil(lambda: window.desk.queue.job(job).state is State.PAUSED, timeout=SOON)
    qtbot.waitUntil(lambda: all(job.state is State.PAUSED for job in window.desk.queue.alive()), timeout=SOON)
    return job


@WHEN
def test_reset_lets_a_paused_run_go_on(qtbot: QtBot, opened: Opener, place: int) -> None:
    window = opened()
    paused(window, qtbot, place)
    window.desk.actions["lesson.reset"].trigger()
    qtbot.waitUntil(lambda: settled(window, lessons()["velocity"]), timeout=SOON)


def test_reset_lets_a_held_lesson_go_on_and_not_what_else_is_held(qtbot: QtBot, opened: Opener) -> None:
    """By the key that holds the whole queue; the user’s own run stays as they left it."""
    window = opened()
    points, queue = turned(window, qtbot), window.desk.queue
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    with held(window):
        filled(window, steps=5, count=40)
        mine = window.runs.start()
        assert mine is not None
        window.desk.actions["lesson.velocity"].trigger()
        qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        assert all(job.rests for job in queue.alive())
        window.desk.actions["lesson.reset"].trigger()
    runs = points.lessons.runs
    # not by the library, which is told before the queue
    qtbot.waitUntil(lambda: all(queue.job(one).state is State.DONE for one in runs), timeout=SOON)
    qtbot.waitUntil(lambda: points.runs.order == list(runs), timeout=SOON)
    assert [(job.id, job.state) for job in queue.alive()] == [(mine.id, State.PAUSED)]
    ended(window, qtbot)


@WHEN
def test_another_lesson_leaves_no_paused_job_of_the_one_before(qtbot: QtBot, opened: Opener, place: int) -> None:
    """And when that one is shown again, all of it is there."""
    window = opened()
    points = turned(window, qtbot)
    mine = run(window, qtbot, steps=4, count=40)
    job = paused(window, qtbot, place)
    window.desk.actions["lesson.kl"].trigger()
    qtbot.waitUntil(lambda: settled(window, lessons()["kl"]), timeout=SOON)
    assert not window.desk.library.has(job)
    window.desk.actions["lesson.velocity"].trigger()
    qtbot.waitUntil(lambda: settled(window, lessons()["velocity"]), timeout=SOON)
    window.desk.actions["lesson.close"].trigger()
    qtbot.waitUntil(lambda: window.desk.stage.run == mine and window.desk.library.ids() == [mine], timeout=SOON)
    assert not points.lessons.runs


@WHEN
def test_a_paused_run_leaves_with_its_lesson(qtbot: QtBot, opened: Opener, place: int) -> None:
    window = opened()
    turned(window, qtbot)
    mine = run(window, qtbot, steps=4, count=40)
    paused(window, qtbot, place)
    window.desk.actions["lesson.close"].trigger()
    qtbot.waitUntil(lambda: window.desk.stage.run == mine and window.desk.library.ids() == [mine], timeout=SOON)
    assert not window.desk.queue.alive()
    assert not window.jobs.list.rows


def test_a_training_that_rests_for_a_lesson_goes_on_when_that_is_left_for_another(qtbot: QtBot,
                                                                                  opened: Opener) -> None:
    """Though the last run of the first one, for which it rests, is paused."""
    window = opened()
    training, queue = put_to_work(window, qtbot, POINTS), window.desk.queue
    with held(window):
        window.desk.actions["lesson.velocity"].trigger()
        last = window.spaces.find(Points).lessons.runs[-1]
        assert queue.job(training).until == last
        queue.pause(last)
    window.desk.actions["lesson.kl"].trigger()
    runs = window.spaces.find(Points).lessons.runs
    qtbot.waitUntil(lambda: all(window.desk.library.run(one).state is State.DONE for one in runs), timeout=SOON)
    qtbot.waitUntil(lambda: queue.job(training).state is State.RUNNING, timeout=SOON)
    ended(window, qtbot)
