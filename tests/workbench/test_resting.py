"""A long job rests for a short one and goes on by itself, unless the user says otherwise meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.fakes import Gate
from tests.workbench.test_jobs import wait, walk
from workbench.controllers.pausing import PauseController
from workbench.library.records import State
from workbench.running.jobs import Job, JobQueue
from workbench.running.resting import Resting

HELD = 7  # step at which a long job waits for the test


@pytest.fixture
def resting(queue: JobQueue) -> Resting:
    return Resting(queue)


@pytest.fixture
def pausing(queue: JobQueue) -> PauseController:
    return PauseController(queue, lambda _said: None, lambda jobs: [queue.cancel(job) for job in jobs])


@pytest.fixture
def jobs(qtbot: QtBot, queue: JobQueue, gate: Gate) -> tuple[Job, Job]:
    """A long job that runs, at a step, and a short one that is next; the gate holds the short one too."""
    gate.at = HELD
    long = queue.submit(walk(steps=40), "long")
    qtbot.waitUntil(gate.reached.is_set)
    short = queue.submit(walk(steps=9), "short")
    queue.move(short.id, 0)
    return long, short


@pytest.fixture
def let_go(qtbot: QtBot, queue: JobQueue, gate: Gate, jobs: tuple[Job, Job]) -> Callable[[], None]:
    """Lets the long job come to its rest and the short one to its step."""
    def go() -> None:
        gate.let_one_go()
        wait(qtbot, queue, jobs[0], State.PAUSED)
        qtbot.waitUntil(gate.reached.is_set)

    return go


def test_a_job_goes_on_by_itself_once_the_other_is_over(qtbot: QtBot, queue: JobQueue, gate: Gate, resting: Resting,
                                                        jobs: tuple[Job, Job]) -> None:
    order = list[str]()
    queue.job_finished.connect(order.append)
    long, short = jobs
    resting.rest(long.id, short.id)
    gate.go.set()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == [short.id, long.id]


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED])
def test_a_job_goes_on_where_the_other_came_to_nothing(qtbot: QtBot, queue: JobQueue, gate: Gate, resting: Resting,
                                                       jobs: tuple[Job, Job], state: State) -> None:
    long, short = jobs
    if state is State.FAILED:
        short = queue.submit(walk(fault="input"), "failing")
        queue.move(short.id, 0)
    resting.rest(long.id, short.id)
    if state is State.CANCELLED:
        queue.cancel(short.id)
    gate.go.set()
    wait(qtbot, queue, short, state)
    wait(qtbot, queue, long)


def test_a_job_resumed_and_paused_by_hand_stays_paused(qtbot: QtBot, queue: JobQueue, gate: Gate, resting: Resting,
                                                       jobs: tuple[Job, Job], let_go: Callable[[], None]) -> None:
    long, short = jobs
    resting.rest(long.id, short.id)
    let_go()
    queue.resume(long.id)
    queue.pause(long.id)
    gate.go.set()
    wait(qtbot, queue, short)
    assert (queue.job(long.id).state, queue.job(long.id).done) == (State.PAUSED, HELD)


def test_a_resting_job_paused_by_hand_stays_paused(qtbot: QtBot, queue: JobQueue, gate: Gate, resting: Resting,
                                                   jobs: tuple[Job, Job]) -> None:
    """Also while its rest has not begun yet."""
    long, short = jobs
    resting.rest(long.id, short.id)
    queue.pause(long.id)
    gate.go.set()
    wait(qtbot, queue, short)
    assert queue.job(long.id).state is State.PAUSED


def test_a_pause_that_was_asked_for_before_stays(qtbot: QtBot, queue: JobQueue, gate: Gate, resting: Resting,
                                                 jobs: tuple[Job, Job]) -> None:
    long, short = jobs
    queue.pause(long.id)
    assert queue.job(long.id).halting
    resting.rest(long.id, short.id)
    gate.go.set()
    wait(qtbot, queue, short)
    assert queue.job(long.id).state is State.PAUSED


def test_nothing_goes_on_by_itself_while_the_queue_is_held(
        qtbot: QtBot, queue: JobQueue, gate: Gate, resting: Resting, pausing: PauseController, jobs: tuple[Job, Job],
        let_go: Callable[[], None]) -> None:
    """Stopping the short job, too, leaves the long one held; going on with the queue is going on with it."""
    long, short = jobs
    resting.rest(long.id, short.id)
    let_go()
    pausing.toggle()
    gate.go.set()
    wait(qtbot, queue, short, State.PAUSED)
    pausing.stop()
    wait(qtbot, queue, short, State.CANCELLED)
    assert [(job.id, job.state) for job in queue.alive()] == [(long.id, State.PAUSED)]
    pausing.toggle()
    wait(qtbot, queue, long)


@pytest.mark.parametrize("granted", [True, False], ids=["at rest", "about to rest"])
def test_a_held_queue_goes_on_with_the_short_job_first(
        qtbot: QtBot, queue: JobQueue, gate: Gate, resting: Resting, pausing: PauseController, jobs: tuple[Job, Job],
        let_go: Callable[[], None], *, granted: bool) -> None:
    order = list[str]()
    queue.job_finished.connect(order.append)
    long, short = jobs
    resting.rest(long.id, short.id)
    if granted:
        let_go()
    pausing.toggle()
    gate.go.set()
    for job in jobs:
        wait(qtbot, queue, job, State.PAUSED)
    pausing.toggle()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == [short.id, long.id]
