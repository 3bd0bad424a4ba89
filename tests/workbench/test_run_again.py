"""Runs that are done and run again, in their place."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.workbench.fakes import Gate
from tests.workbench.test_jobs import straight, wait, walk
from workbench.library.library import Library
from workbench.library.records import State
from workbench.running.jobs import JobQueue


def test_a_done_run_runs_all_of_it_once_more_in_its_place(qtbot: QtBot, library: Library, queue: JobQueue,
                                                          gate: Gate) -> None:
    """Its steps are on the disk, and still none of them is taken over: the figures are those of the whole."""
    job = queue.submit(walk(steps=9))
    wait(qtbot, queue, job)
    gate.closed, gate.at = 0, 4
    queue.resume(job.id)
    qtbot.waitUntil(gate.reached.is_set)  # a step that a run from the last one would never come to
    gate.go.set()
    wait(qtbot, queue, job)
    live = queue.live(job.id)
    assert live is not None
    assert live.trajectory is not None
    assert (live.whole, len(live.trajectory), live.sha256) == (True, 10, straight(steps=9))
    assert (gate.closed, len(library.runs())) == (1, 1)
    assert library.verify(job.id) == []


def test_a_done_run_that_is_stopped_the_second_time_goes_on_from_there(qtbot: QtBot, queue: JobQueue,
                                                                      gate: Gate) -> None:
    job = queue.submit(walk(steps=9))
    wait(qtbot, queue, job)
    gate.at = 4
    queue.resume(job.id)
    qtbot.waitUntil(gate.reached.is_set)
    queue.cancel(job.id)
    gate.go.set()
    wait(qtbot, queue, job, State.CANCELLED)
    queue.resume(job.id)
    wait(qtbot, queue, job)
    live = queue.live(job.id)
    assert live is not None
    assert (live.whole, live.sha256) == (False, straight(steps=9))


def test_a_run_that_begins_again_clears_what_a_kill_left_half_written(qtbot: QtBot, queue: JobQueue) -> None:
    """Temporary files of a write that never ended do not pile up."""
    job = queue.submit(walk(steps=9))
    wait(qtbot, queue, job, State.DONE)
    left = queue.library.folder(job.id) / ".steps.safetensors.12.34.tmp"
    left.write_bytes(b"half")
    queue.resume(job.id)  # it waits at once; the signal of the first end may still be under way
    wait(qtbot, queue, job, State.DONE)
    assert not left.exists()
