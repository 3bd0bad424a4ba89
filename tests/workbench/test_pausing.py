"""Holding the queue: what goes on, in which order, and which job is meant by “Stop”."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.fakes import Gate
from tests.workbench.test_jobs import wait, walk
from workbench.controllers.pausing import NOTHING, PauseController
from workbench.library.records import State
from workbench.running.jobs import Job, JobQueue

HELD = 7  # step at which the first job waits for the test


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def pausing(queue: JobQueue, said: list[str]) -> PauseController:
    return PauseController(queue, said.append, lambda jobs: [queue.cancel(job) for job in jobs])


@pytest.fixture
def jobs(qtbot: QtBot, queue: JobQueue, gate: Gate) -> tuple[Job, Job, Job]:
    """One job that runs, at a step, and two that wait."""
    gate.at = HELD
    first = queue.submit(walk(), "first")
    second, third = queue.submit(walk(steps=5), "second"), queue.submit(walk(steps=5), "third")
    qtbot.waitUntil(gate.reached.is_set)
    return first, second, third


def test_nothing_starts_while_the_queue_is_held(qtbot: QtBot, queue: JobQueue, pausing: PauseController, gate: Gate,
                                                jobs: tuple[Job, Job, Job]) -> None:
    """The job that ran goes on first, then the others, even where one of them was put before it meanwhile."""
    order = list[str]()
    queue.job_finished.connect(order.append)
    first, second, third = jobs
    pausing.toggle()
    gate.go.set()
    wait(qtbot, queue, first, State.PAUSED)
    assert [job.state for job in queue.jobs()] == [State.PAUSED] * 3
    assert [queue.job(job.id).done for job in jobs] == [HELD, 0, 0]
    queue.move(third.id, 0)
    pausing.toggle()
    qtbot.waitUntil(lambda: len(order) == 3)
    assert order == [first.id, third.id, second.id]


def test_a_second_press_takes_a_hold_back_that_was_not_carried_out_yet(
        qtbot: QtBot, queue: JobQueue, pausing: PauseController, gate: Gate, jobs: tuple[Job, Job, Job]) -> None:
    pausing.toggle()
    assert queue.job(jobs[0].id).rests
    pausing.toggle()
    assert not any(job.rests for job in queue.jobs())
    gate.go.set()
    for job in jobs:
        wait(qtbot, queue, job)


def test_a_job_paused_by_itself_stays_paused(qtbot: QtBot, queue: JobQueue, pausing: PauseController, gate: Gate,
                                             jobs: tuple[Job, Job, Job]) -> None:
    """Only what was held goes on, unless all are meant."""
    first, second, third = jobs
    queue.pause(second.id)
    pausing.toggle()
    gate.go.set()
    wait(qtbot, queue, first, State.PAUSED)
    pausing.toggle()
    wait(qtbot, queue, third)
    assert queue.job(second.id).state is State.PAUSED
    pausing.toggle_all()
    wait(qtbot, queue, second)


def test_a_job_that_is_asked_for_meanwhile_runs(qtbot: QtBot, queue: JobQueue, pausing: PauseController, gate: Gate,
                                                jobs: tuple[Job, Job, Job]) -> None:
    pausing.toggle()
    gate.go.set()
    wait(qtbot, queue, jobs[0], State.PAUSED)
    wait(qtbot, queue, queue.submit(walk(steps=3), "asked for"))
    assert [queue.job(job.id).state for job in jobs] == [State.PAUSED] * 3
    pausing.toggle()
    for job in jobs:
        wait(qtbot, queue, job)


def test_stop_means_the_job_that_ran_when_the_queue_was_held(
        qtbot: QtBot, queue: JobQueue, pausing: PauseController, gate: Gate, jobs: tuple[Job, Job, Job]) -> None:
    """The others stay held."""
    first, second, third = jobs
    pausing.toggle()
    gate.go.set()
    wait(qtbot, queue, first, State.PAUSED)
    queue.move(third.id, 0)
    pausing.stop()
    wait(qtbot, queue, first, State.CANCELLED)
    assert [job.state for job in queue.alive()] == [State.PAUSED, State.PAUSED]
    pausing.toggle()
    wait(qtbot, queue, second)
    wait(qtbot, queue, third)


def test_without_jobs_it_says_so(pausing: PauseController, said: list[str]) -> None:
    for act in (pausing.toggle, pausing.toggle_all, pausing.stop):
        act()
    assert said == [NOTHING] * 3
