"""A disk that is full or read-only, and files that are damaged: one sentence each, and nothing is lost."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.errors import LibraryLocked
from tests.workbench.fakes import Gate
from tests.workbench.test_jobs import walk
from workbench.home import Home, unwritable
from workbench.library.library import Library
from workbench.library.opening import open_library
from workbench.library.records import NewRun, Query, State
from workbench.running.jobs import Job, JobQueue
from workbench.running.run_files import NOT_RECORDED, STEPS, load_point, load_steps

ROOT = Path(__file__).resolve().parents[2]
LIMITED = """
import resource, signal, sys
from pathlib import Path
from engines.errors import WorkbenchError
from engines.samplers.base import Step
from engines.trajectory import Trajectory
import torch
folder = Path(sys.argv[1])
run = Trajectory((4, 1, 16, 16), 20)
for i in range(21):
    run.append(Step(i, 20, 1 - i / 20, torch.zeros(4, 1, 16, 16) + i, torch.zeros(4, 1, 16, 16), i))
run.save(folder / "kept")
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
for write in (lambda: run.save(folder / "kept"), lambda: Trajectory((4, 1, 16, 16), 20, budget=0, folder=folder)):
    try:
        write()
        print("written")
    except WorkbenchError as error:
        print(error)
print(sorted(file.name for file in folder.iterdir()), float(Trajectory.load(folder / "kept").x(20).max()))
"""


@pytest.fixture
def small_queue(qtbot: QtBot, small_disk: Path, gate: Gate) -> Iterator[JobQueue]:
    """A queue whose library lies on a disk of one megabyte."""
    library = Library.open(Home(small_disk))
    queue = JobQueue(library)
    with qtbot.waitSignal(queue.ready):
        queue.start()
    yield queue
    gate.go.set()
    queue.close()
    library.close()


def without_room(qtbot: QtBot, queue: JobQueue, disk: Path) -> tuple[Path, Job]:
    """Fill a disk but for what pictures need, and run something whose steps need more: the filler, and the job."""
    filler, free = disk / "filler", os.statvfs(disk)
    filler.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - 200_000)))
    with qtbot.waitSignal(queue.job_finished):
        job = queue.submit(walk(steps=700))
    return filler, job


def test_a_run_whose_steps_find_no_room_is_done_with_its_pictures(qtbot: QtBot, small_queue: JobQueue,
                                                                  small_disk: Path) -> None:
    """One sentence says that only the steps are missing; with room again they are there after another run."""
    filler, job = without_room(qtbot, small_queue, small_disk)
    library, live = small_queue.library, small_queue.live(job.id)
    assert small_queue.job(job.id).state is library.run(job.id).state is State.DONE
    assert live is not None
    assert live.unkept.startswith("The pictures are safe, but the steps could not be kept. “")
    assert live.unkept.endswith("the disk is full; free some space and try again.")
    assert "image" in {file.kind for file in library.files(job.id)}
    assert library.verify(job.id) == []
    assert not {file.name for file in library.folder(job.id).iterdir()} & {STEPS, "resume.npz"}
    filler.unlink()
    with qtbot.waitSignal(small_queue.job_finished):
        small_queue.resume(job.id)
    live, steps = small_queue.live(job.id), load_steps(library.folder(job.id))
    assert live is not None
    assert steps is not None
    assert (live.unkept, steps.complete) == ("", True)
    assert "steps" in {file.kind for file in library.files(job.id)}


def test_steps_that_wait_in_memory_are_kept_once_there_is_room(qtbot: QtBot, small_queue: JobQueue,
                                                               small_disk: Path) -> None:
    """The next run that finds room brings those of the one before to the disk; until then they are not called saved."""
    filler, job = without_room(qtbot, small_queue, small_disk)
    library, live = small_queue.library, small_queue.live(job.id)
    assert live is not None
    assert live.unkept
    filler.unlink()
    with qtbot.waitSignal(small_queue.job_finished):
        small_queue.submit(walk(steps=2))
    steps = load_steps(library.folder(job.id))
    assert steps is not None
    assert (live.unkept, steps.complete) == ("", True)
    assert "steps" in {file.kind for file in library.files(job.id)}
    assert library.verify(job.id) == []


def test_a_disk_that_becomes_read_only_ends_the_run_in_a_sentence(qtbot: QtBot, queue: JobQueue, gate: Gate,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """The system call says what it would say, since a busy disk cannot be remounted; the steps stay to look at."""
    def read_only(_file: int) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    gate.at = 30
    job = queue.submit(walk(steps=60))
    qtbot.waitUntil(gate.reached.is_set)
    monkeypatch.setattr("os.fsync", read_only)
    with qtbot.waitSignal(queue.job_failed) as failed:
        gate.go.set()
    assert "cannot be written (Read-only file system)" in failed.args[1]
    live = queue.live(job.id)
    assert live is not None
    assert live.trajectory is not None
    assert len(live.trajectory) > 30


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
def test_a_file_that_may_not_grow_leaves_the_old_one(tmp_path: Path) -> None:
    """The system's limit of a file's size stands in for a full disk where none can be mounted."""
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], cwd=ROOT, text=True, capture_output=True,
                          env={**os.environ, "OMP_NUM_THREADS": "1"}, check=True)
    first, second, last = done.stdout.strip().splitlines()
    assert "cannot be written (File too large)" in first
    assert "cannot be written (File too large)" in second
    assert last == "['kept'] 20.0"


@pytest.mark.parametrize("keep", [0, 9, 2000])
def test_damaged_steps_cost_only_the_scrubbing(qtbot: QtBot, library: Library, queue: JobQueue, keep: int) -> None:
    """A run whose steps are cut short opens with its samples, and an interrupted one goes on from its point."""
    whole = queue.submit(walk(steps=40))
    qtbot.waitUntil(lambda: queue.job(whole.id).state is State.DONE)
    folder = library.home.run_folder(whole.id)
    (folder / STEPS).write_bytes((folder / STEPS).read_bytes()[:keep])
    queue.release(whole.id)
    queue.remove(whole.id)
    with qtbot.waitSignal(queue.run_opened):
        queue.open_run(whole.id)
    live = queue.live(whole.id)
    assert live is not None
    assert live.samples is not None
    assert load_steps(folder) is None
    assert live.trajectory is not None
    assert (live.trajectory.first, len(live.trajectory)) == (40, 1)
    np.testing.assert_array_equal(live.trajectory.x(40), live.samples)
    assert live.notice == NOT_RECORDED
    (folder / "resume.npz").write_bytes(b"PK no")
    assert load_point(folder) is None


def test_one_damaged_row_does_not_hide_the_others(home: Path) -> None:
    library = Library.open(Home(home))
    for name in ("a", "b"):
        library.add(NewRun(name, name, "generate", "{}", {"steps": 5}))
    library.set_state("b", State.DONE)
    library.close()
    with sqlite3.connect(Home(home).database) as db:
        db.execute("UPDATE runs SET options = '{cut', metrics = '[1]', state = 'dreaming' WHERE id = 'a'")
        db.execute("DELETE FROM facts")
    db.close()
    library = Library.open(Home(home))
    assert [(run.id, run.state, dict(run.options)) for run in sorted(library.runs(), key=lambda r: r.id)] == [
        ("a", State.FAILED, {}), ("b", State.DONE, {"steps": 5})]
    library.set_metrics("a", {"nfe": 3})
    assert library.run("a").metrics == {"nfe": 3}
    assert library.delete(["a"]) == ["a"]
    library.close()


def test_a_library_damaged_inside_is_one_sentence_and_left_as_it_is(home: Path) -> None:
    """The window opens with a library in memory; the damaged file is not touched, so that it can be mended."""
    library = Library.open(Home(home))
    for k in range(200):
        library.add(NewRun(f"run{k}", "Title", "generate", "x" * 500, {"steps": k}))
    library.close()
    file = Home(home).database
    data = bytearray(file.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096:page * 4096 + 200] = b"\xff" * 200
    file.write_bytes(bytes(data))
    opened, sentence = open_library(Home(home))
    assert "is damaged; move it away" in sentence
    assert not opened.lasting
    assert opened.runs(Query()) == []
    opened.close()
    assert file.read_bytes() == bytes(data)
    assert (Home(home).runs / "run7").is_dir()


def test_runs_of_a_library_that_cannot_be_written_are_shown_and_stay_as_they_are(
        home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that a killed program left in the write-ahead file; one it left alive goes on nowhere."""
    whole = Library.open(Home(home))
    for name in ("a", "b"):
        whole.add(NewRun(name, name, "generate", "{}", {"steps": 5}))
    whole.set_state("a", State.DONE)
    whole.set_state("b", State.RUNNING)
    files = {file.name: file.read_bytes() for file in home.glob("library.sqlite*")}
    whole.close()
    for name, data in files.items():  # as kill -9 leaves them
        (home / name).write_bytes(data)
    monkeypatch.setattr("workbench.library.lock.FileLock.acquire", lambda _lock: _refuse(home))
    lent, sentence = open_library(Home(home))
    assert "make it writable or set WORKBENCH_HOME" in sentence
    assert (lent.lasting, lent.borrowed) == (False, True)
    assert {run.id: run.state for run in lent.runs()} == {"a": State.DONE, "b": State.INTERRUPTED}
    assert lent.folder("a") == home / "runs" / "a"
    with pytest.raises(LibraryLocked, match="make it writable, or run the recipe again"):
        JobQueue(lent).resume("b")
    lent.add(NewRun("mine", "mine", "generate", "{}", {}))
    assert lent.own_folder("mine").parent == lent.home.runs
    assert lent.delete(["a"]) == ["a"]
    with pytest.raises(LibraryLocked):
        lent.empty_trash()
    lent.close()
    assert {file.name: file.read_bytes() for file in home.glob("library.sqlite*") if "shm" not in file.name} == {
        name: data for name, data in files.items() if "shm" not in name}


def _refuse(home: Path) -> None:
    raise unwritable(OSError(errno.EROFS, "Read-only file system"), home)
