"""Steps that found no room at the end of their run, written on the engine thread once there is some."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.trajectory import Trajectory
from tests.workbench.test_jobs import wait, walk
from workbench.library.library import Library
from workbench.running import run_files
from workbench.running.jobs import JobQueue
from workbench.running.mailbox import LiveRun
from workbench.running.run_files import STEPS, keep_course, load_steps


def test_steps_are_kept_whole_when_their_run_is_closed_meanwhile(qtbot: QtBot, library: Library, queue: JobQueue,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """What found no room is written on the engine thread, long after the run; the window lets go of it any moment."""
    job = queue.submit(walk())
    wait(qtbot, queue, job)
    live, read = queue.live(job.id), Trajectory.x
    assert live is not None
    live.unkept = "The disk is full."
    (library.folder(job.id) / STEPS).unlink()

    def closing(steps: Trajectory, i: int) -> np.ndarray:
        live.close()
        return read(steps, i)

    monkeypatch.setattr(Trajectory, "x", closing)
    keep_course(live, library)
    kept = load_steps(library.folder(job.id))
    assert kept is not None
    assert (len(kept), kept.complete) == (21, True)


def test_what_goes_wrong_with_the_steps_of_another_run_is_no_failure_of_this_one(
        qtbot: QtBot, queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_view: LiveRun, _library: Library) -> None:
        raise RuntimeError("no such steps")

    monkeypatch.setattr(run_files, "keep_course", broken)
    before = queue.submit(walk())
    wait(qtbot, queue, before)
    live = queue.live(before.id)
    assert live is not None
    live.unkept = "The disk is full."
    with qtbot.waitSignal(queue.told) as told:
        job = queue.submit(walk())
    wait(qtbot, queue, job)
    assert "no such steps" in told.args[0]
