"""Pauses of the queue: taken back, of all jobs at once, and with other jobs in between."""

from __future__ import annotations

import json
import threading

import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.fakes import Gate
from tests.workbench.test_jobs import wait, walk
from workbench import bridge
from workbench.library.records import State
from workbench.running.jobs import JobQueue
from workbench.running.runner import Runner


def walk_on(threads: int) -> str:
    """The recipe of a walk that ran on so many threads."""
    return json.dumps({**json.loads(walk()), "backend": {"threads": str(threads)}})


def test_a_resume_takes_a_pause_back_that_was_not_carried_out_yet(qtbot: QtBot, queue: JobQueue, gate: Gate) -> None:
    gate.at = 7
    job = queue.submit(walk())
    qtbot.waitUntil(gate.reached.is_set)
    queue.pause(job.id)
    queue.resume(job.id)
    gate.go.set()
    wait(qtbot, queue, job)


def test_a_resume_takes_a_pause_back_while_its_state_is_saved(qtbot: QtBot, queue: JobQueue, gate: Gate,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    """Which may take long, and the job is still about to pause: it would rest for ever."""
    saving, saved, keep = threading.Event(), threading.Event(), Runner.keep

    def slowly(runner: Runner) -> None:
        keep(runner)
        saving.set()
        saved.wait(20)

    monkeypatch.setattr(Runner, "keep", slowly)
    gate.at = 7
    job = queue.submit(walk())
    qtbot.waitUntil(gate.reached.is_set)
    queue.pause(job.id)
    gate.go.set()
    qtbot.waitUntil(saving.is_set)
    assert queue.job(job.id).rests
    queue.resume(job.id)
    saved.set()
    wait(qtbot, queue, job)
    assert queue.library.run(job.id).state is State.DONE


def test_a_job_goes_on_with_the_threads_of_its_recipe(qtbot: QtBot, queue: JobQueue, gate: Gate,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums of floats depend on them, and another job with its own ran while it was paused."""
    used, use = list[int](), bridge.use_threads

    def noted(count: int) -> None:
        used.append(count)
        use(count)

    monkeypatch.setattr(bridge, "use_threads", noted)
    gate.at = 7
    first, second = (queue.submit(walk_on(threads)) for threads in (1, 2))
    qtbot.waitUntil(gate.reached.is_set)
    queue.pause(first.id)
    gate.go.set()
    wait(qtbot, queue, second)
    assert (used[0], used[-1]) == (1, 2)
    queue.resume(first.id)
    wait(qtbot, queue, first)
    assert used[-1] == 1


def test_pausing_and_resuming_all_reaches_every_job(qtbot: QtBot, queue: JobQueue, gate: Gate) -> None:
    """Running and waiting ones alike."""
    gate.at = 3
    jobs = [queue.submit(walk(steps=5)) for _ in range(3)]
    qtbot.waitUntil(gate.reached.is_set)
    queue.pause_all()
    gate.go.set()
    for job in jobs:
        wait(qtbot, queue, job, State.PAUSED)
    queue.resume_all()
    for job in jobs:
        wait(qtbot, queue, job)


def test_a_resumed_job_that_runs_at_once_is_not_called_waiting(qtbot: QtBot, queue: JobQueue, gate: Gate,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine thread may have told the library so before the one that resumed it comes to that."""
    gate.at = 7
    job = queue.submit(walk())
    qtbot.waitUntil(gate.reached.is_set)
    queue.pause(job.id)
    gate.go.set()
    wait(qtbot, queue, job, State.PAUSED)
    gate.at, wake = 15, queue._board.wake  # pyright: ignore[reportPrivateUsage]
    gate.reached.clear()
    gate.go.clear()
    monkeypatch.setattr(queue._board, "wake",  # pyright: ignore[reportPrivateUsage]
                        lambda entry: (wake(entry), gate.reached.wait(20))[0])
    queue.resume(job.id)
    assert queue.library.run(job.id).state is State.RUNNING
    gate.go.set()
    wait(qtbot, queue, job)
