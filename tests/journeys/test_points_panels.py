"""Panels of points wait for what has no steps yet, and for nothing that will never have any."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.test_lesson_runs import ended, held
from tests.journeys.window import Window
from workbench.library.records import State


def begun_beside(window: Window) -> str:
    """Run the form beside what is shown; gives the id of the run."""
    before = {job.id for job in window.desk.queue.jobs()}
    window.desk.actions["points.beside"].trigger()
    (job,) = (job.id for job in window.desk.queue.jobs() if job.id not in before)
    return job


def test_runs_beside_that_end_before_they_began_leave_room(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=3, count=20)
    with held(window):
        for _ in range(3):
            window.desk.queue.cancel(begun_beside(window))
        assert points.runs.kept == []
        job = begun_beside(window)
        assert not window.bar.sentence
    qtbot.waitUntil(lambda: points.runs.order == [window.desk.stage.run, job], timeout=SOON)


def test_a_panel_follows_its_run_when_that_goes_on(qtbot: QtBot, opened: Opener) -> None:
    """Also where others stand beside it: it comes back to its own place."""
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=3, count=20)
    queue, stage = window.desk.queue, window.desk.stage
    filled(window, steps=10_000, count=40)
    long = begun_beside(window)
    qtbot.waitUntil(lambda: points.runs.order == [stage.run, long], timeout=SOON)
    queue.cancel(long)
    qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)
    filled(window, steps=4)
    other = begun_beside(window)
    qtbot.waitUntil(lambda: points.runs.order == [stage.run, long, other], timeout=SOON)
    queue.resume(long)
    assert points.runs.order == [stage.run, long, other], "what was seen of it stays until there is more"
    qtbot.waitUntil(lambda: points.runs.shown[1] is queue.live(long), timeout=SOON)
    assert points.runs.order == [stage.run, long, other]
    assert queue.job(long).state is State.RUNNING
    ended(window, qtbot)


def test_a_lesson_waits_for_its_first_run_and_shows_all_panels(qtbot: QtBot, opened: Opener) -> None:
    """Whichever of them began first."""
    window = opened()
    points = turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    with held(window):
        window.desk.actions["lesson.velocity"].trigger()
        queue, runs = window.desk.queue, points.lessons.runs
        queue.pause(runs[0])
    qtbot.waitUntil(lambda: queue.job(runs[1]).state is State.DONE, timeout=SOON)
    QApplication.processEvents()
    assert points.runs.kept == [runs[1]]
    assert not window.bar.sentence
    queue.resume(runs[0])
    qtbot.waitUntil(lambda: points.runs.order == list(runs), timeout=SOON)
    assert not window.bar.sentence
    ended(window, qtbot)
