"""The queue: order, pause, resume, cancel, failures and what is kept."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from engines.recipe_png import recipe_of
from tests.workbench.fakes import Gate
from workbench.library.library import Library
from workbench.library.records import State
from workbench.running.jobs import Job, JobQueue


def walk(**options: Any) -> str:
    """The recipe of a walk as JSON."""
    return json.dumps({"program": "diffusion-workbench", "version": 1, "task": "walk", "options": options})


def wait(qtbot: QtBot, queue: JobQueue, job: Job | str, state: State = State.DONE) -> Job:
    """Wait until a job is in a state."""
    name = job if isinstance(job, str) else job.id
    qtbot.waitUntil(lambda: queue.job(name).state is state)
    return queue.job(name)


def stopped_midway(qtbot: QtBot, queue: JobQueue, gate: Gate) -> Job:
    """A walk that was cancelled at its tenth step."""
    gate.at = 9
    job = queue.submit(walk())
    qtbot.waitUntil(gate.reached.is_set)
    queue.cancel(job.id)
    gate.go.set()
    return wait(qtbot, queue, job, State.CANCELLED)


def straight(**options: Any) -> str:
    """The fingerprint of a walk that was never interrupted, computed here."""
    steps, batch = options.get("steps", 20), options.get("batch", 2)
    x = np.random.default_rng(7).standard_normal((batch, 1, 8, 8)).astype(np.float32)
    for i in range(steps):
        x = np.cos(3 * x + np.float32(0.1 * i))
    return hashlib.sha256(x.tobytes()).hexdigest()


def test_importing_the_queue_leaves_torch_alone() -> None:
    """The window must be visible before torch is imported."""
    code = ("import sys, workbench.running.jobs, workbench.session, workbench.library.library; "
            "sys.exit('torch' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_finished_job_leaves_a_complete_run(qtbot: QtBot, queue: JobQueue, library: Library) -> None:
    """Samples, pictures with recipe, steps, thumbnail, metrics and checksums are all there."""
    with qtbot.waitSignal(queue.job_finished):
        job = queue.submit(walk(), "A walk")
    live = queue.live(job.id)
    assert live is not None
    assert live.trajectory is not None
    assert len(live.trajectory) == 21
    assert live.sha256 == straight()
    run = library.run(job.id)
    assert (run.state, run.done, run.total, run.title) == (State.DONE, 20, 20, "A walk")
    assert run.metrics["nfe"] == 20
    kinds = [file.kind for file in library.files(job.id)]
    assert sorted(kinds) == ["image", "image", "samples", "steps"]
    assert library.verify(job.id) == []
    picture = recipe_of(library.folder(job.id) / "sample_000.png")
    assert picture is not None
    assert picture.task == "walk"
    assert picture.backend["threads"].isdigit()
    assert (library.thumbnail(job.id) or b"").startswith(b"\x89PNG")
    assert not (library.folder(job.id) / "resume.npz").exists()


def test_a_thumbnail_is_empty_where_no_picture_stands(qtbot: QtBot, queue: JobQueue, library: Library) -> None:
    """White there would glare from a dark list."""
    job = wait(qtbot, queue, queue.submit(walk(batch=3), "A walk"))
    alpha = np.array(Image.open(io.BytesIO(library.thumbnail(job.id) or b"")).getchannel("A"))
    quarter = len(alpha) // 2
    assert alpha[:quarter, :quarter].any()
    assert not alpha[quarter + 2:, quarter + 2:].any()


def test_signals_come_on_the_windows_thread(qtbot: QtBot, queue: JobQueue) -> None:
    """Even a plain function may be connected."""
    import threading

    seen = list[threading.Thread]()
    queue.job_changed.connect(lambda _job: seen.append(threading.current_thread()))
    wait(qtbot, queue, queue.submit(walk()))
    qtbot.waitUntil(lambda: bool(seen))
    assert set(seen) == {threading.current_thread()}


def test_progress_is_told_at_most_thirty_times_a_second(qtbot: QtBot, queue: JobQueue) -> None:
    """A thousand steps in a fraction of a second are a handful of signals."""
    told = list[str]()
    queue.job_changed.connect(told.append)
    wait(qtbot, queue, queue.submit(walk(steps=1000)))
    assert len(told) <= 5 + 30 * queue.jobs()[0].elapsed


def test_a_paused_job_lets_others_pass_and_goes_on(qtbot: QtBot, queue: JobQueue, gate: Gate) -> None:
    """Pause acts between steps; the result is the same."""
    gate.at = 7
    first = queue.submit(walk(), "first")
    qtbot.waitUntil(gate.reached.is_set)
    queue.pause(first.id)
    gate.go.set()
    paused = wait(qtbot, queue, first, State.PAUSED)
    assert paused.done == 7
    second = queue.submit(walk(steps=5), "second")
    wait(qtbot, queue, second)
    assert queue.job(first.id).state is State.PAUSED
    queue.resume(first.id)
    wait(qtbot, queue, first)
    live = queue.live(first.id)
    assert live is not None
    assert live.sha256 == straight()


def test_a_waiting_job_can_be_moved_paused_and_cancelled(qtbot: QtBot, queue: JobQueue, gate: Gate) -> None:
    """What has not begun obeys at once, and the order is the user's."""
    gate.at = 3
    running = queue.submit(walk(), "running")
    qtbot.waitUntil(gate.reached.is_set)
    a, b, c = (queue.submit(walk(steps=2), name) for name in "abc")
    queue.move(c.id, 1)
    assert [job.title for job in queue.jobs()] == ["running", "c", "a", "b"]
    queue.pause(a.id)
    queue.cancel(b.id)
    assert [job.state for job in queue.jobs()[2:]] == [State.PAUSED, State.CANCELLED]
    ended = list[str]()
    queue.job_finished.connect(ended.append)
    gate.go.set()
    wait(qtbot, queue, c)
    queue.resume(a.id)
    wait(qtbot, queue, a)
    qtbot.waitUntil(lambda: ended == [running.id, c.id, a.id])
    queue.remove(b.id)
    assert b.id not in [job.id for job in queue.jobs()]


def test_cancelling_keeps_what_is_done(qtbot: QtBot, queue: JobQueue, library: Library, gate: Gate) -> None:
    """The steps so far stay scrubbable, and resume takes the cancelling back."""
    job = stopped_midway(qtbot, queue, gate)
    assert gate.closed == 1
    assert library.run(job.id).state is State.CANCELLED
    assert library.thumbnail(job.id) is not None
    queue.resume(job.id)
    wait(qtbot, queue, job)
    live = queue.live(job.id)
    assert live is not None
    assert live.trajectory is not None
    assert live.trajectory.first == 0
    assert len(live.trajectory) == 21
    assert live.sha256 == straight()


def test_every_job_can_be_ended(qtbot: QtBot, queue: JobQueue, gate: Gate) -> None:
    """Running and waiting ones alike."""
    gate.at = 3
    jobs = [queue.submit(walk()) for _ in range(3)]
    qtbot.waitUntil(gate.reached.is_set)
    for job in jobs:
        queue.cancel(job.id)
    gate.go.set()
    for job in jobs:
        wait(qtbot, queue, job, State.CANCELLED)
    assert queue.alive() == []


def test_a_bug_becomes_a_sentence_and_a_report(qtbot: QtBot, queue: JobQueue, library: Library) -> None:
    """The queue goes on, the report has recipe, versions and traceback, and the steps are kept."""
    with qtbot.waitSignal(queue.job_failed) as failed:
        job = queue.submit(walk(fault="bug"), "Faulty")
    after = queue.submit(walk(steps=3))
    wait(qtbot, queue, after)
    sentence, report = failed.args[1], queue.job(job.id).report
    assert report is not None
    assert str(report) in sentence
    assert "Faulty" in sentence
    found = json.loads(report.read_text())
    assert found["recipe"]["options"]["fault"] == "bug"
    assert "torch" in found["versions"]
    assert "ZeroDivisionError" in found["traceback"][-1]
    assert library.run(job.id).error == sentence
    live = queue.live(job.id)
    assert live is not None
    assert live.trajectory is not None
    assert len(live.trajectory) == 5


def test_a_full_disk_ends_one_job_only(qtbot: QtBot, queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's “no space” when samples are synced becomes one sentence; the next job runs."""
    with monkeypatch.context() as full:
        full.setattr("os.fsync", _no_space)
        with qtbot.waitSignal(queue.job_failed) as failed:
            queue.submit(walk())
    assert "free some space" in failed.args[1]
    wait(qtbot, queue, queue.submit(walk(steps=3)))


def _no_space(_file: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_users_mistake_keeps_its_own_sentence(qtbot: QtBot, queue: JobQueue) -> None:
    """What an engine says is shown as it stands; an option out of range and a newer recipe too."""
    newer = json.dumps({"program": "diffusion-workbench", "version": 99, "task": "walk", "options": {}})
    for recipe, part in ((walk(fault="input"), "no legs"), (walk(steps=0), "steps"), (newer, "99"),
                         (walk(nothing=1), "nothing")):
        with qtbot.waitSignal(queue.job_failed) as failed:
            queue.submit(recipe)
        assert part in failed.args[1]
        assert "report" not in failed.args[1]


def test_a_full_memory_halves_the_batch_once(qtbot: QtBot, queue: JobQueue) -> None:
    """A batch of 2 goes on as 1; a batch of 8 still fails at 4 and is told what to try."""
    good = queue.submit(walk(fault="memory", batch=2))
    wait(qtbot, queue, good)
    live = queue.live(good.id)
    assert live is not None
    assert live.samples is not None
    assert live.samples.shape[0] == 1
    # the recipe still names the batch it began with
    assert "so the batch was 1 instead of 2 from step 4 on." in queue.library.run(good.id).notes
    with qtbot.waitSignal(queue.job_failed) as failed:
        queue.submit(walk(fault="memory", batch=8))
    assert "batch of 4" in failed.args[1]
    assert "try a batch of 2" in failed.args[1]


def test_closing_leaves_an_interrupted_run_that_goes_on(qtbot: QtBot, library: Library, gate: Gate) -> None:
    """The next queue resumes it under the same id and folder, to the identical result."""
    first = JobQueue(library)
    with qtbot.waitSignal(first.ready):
        first.start()
    gate.at = 11
    job = first.submit(walk())
    waiting = first.submit(walk(steps=4))
    qtbot.waitUntil(gate.reached.is_set)
    first._board.close()  # else the walk might come to its end before the queue is told to stop
    gate.go.set()
    first.close()
    states = {run.id: run.state for run in library.interrupted()}
    assert states == {job.id: State.INTERRUPTED, waiting.id: State.INTERRUPTED}
    second = JobQueue(library)
    second.start()
    second.resume(job.id)
    wait(qtbot, second, job)
    live = second.live(job.id)
    steps = len(live.trajectory) if live and live.trajectory else 0
    second.close()
    assert live is not None
    assert live.sha256 == straight()
    assert steps == 21
