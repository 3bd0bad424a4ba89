"""Runs that are looked at: opened from the library, branched, released from memory, checked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.errors import BadInput
from engines.events import Opened
from engines.formula import Letter
from tests.workbench.test_jobs import straight, wait, walk
from workbench.library.library import Library, checksum
from workbench.running.jobs import JobQueue
from workbench.running.run_files import OPENED, load_opened, save_opened


def test_a_run_of_the_library_opens_scrubbable(qtbot: QtBot, library: Library, queue: JobQueue) -> None:
    """After its memory was given back, the engine thread loads it again."""
    job = queue.submit(walk())
    wait(qtbot, queue, job)
    queue.release(job.id)
    with qtbot.waitSignal(queue.run_opened):
        view = queue.open_run(job.id)
    assert view.opened is not None
    assert view.opened.total == 20
    assert view.trajectory is not None
    assert len(view.trajectory) == 21
    assert view.sha256 == straight()
    assert view.curve("size").shape == (21,)
    assert queue.open_run(job.id) is view


def test_a_branch_has_the_steps_before_it(qtbot: QtBot, library: Library, queue: JobQueue) -> None:
    """Branching at step 6 scrubs whole, and the tree knows it."""
    from engines.context import Start
    from engines.recipe import Recipe

    trunk = queue.submit(walk())
    wait(qtbot, queue, trunk)
    live = queue.live(trunk.id)
    assert live is not None
    assert live.trajectory is not None
    recipe = Recipe("walk", {}, start=Start(6, live.trajectory.x(6) + 1))
    branch = queue.submit(recipe, "Branch", parent=trunk.id, branch_step=6)
    wait(qtbot, queue, branch)
    grown = queue.live(branch.id)
    assert grown is not None
    assert grown.trajectory is not None
    assert len(grown.trajectory) == 21
    np.testing.assert_array_equal(grown.trajectory.x(5), live.trajectory.x(5))
    assert grown.sha256 != live.sha256
    assert [(run.id, run.branch_step) for run in library.tree(branch.id)] == [(trunk.id, None), (branch.id, 6)]


def test_runs_that_nobody_looks_at_give_their_memory_back_but_for_the_last_few(
        qtbot: QtBot, queue: JobQueue) -> None:
    runs = [queue.submit(walk()).id for _ in range(8)]
    queue.look_at("canvas", [runs[0]])
    for run in runs:
        wait(qtbot, queue, run)
    qtbot.waitUntil(lambda: [held(queue, run) for run in runs] == [True, *3 * [False], *4 * [True]])
    queue.look_at("canvas", [])
    assert held(queue, runs[0])
    assert not held(queue, runs[4])
    with qtbot.waitSignal(queue.run_opened):
        queue.open_run(runs[4])
    view = queue.live(runs[4])
    assert view is not None
    assert view.trajectory is not None
    assert len(view.trajectory) == 21


def held(queue: JobQueue, run: str) -> bool:
    """Whether the steps of a run are in memory."""
    live = queue.live(run)
    return live is not None and live.nbytes > 0


def test_a_closed_run_gives_its_memory_back(qtbot: QtBot, queue: JobQueue) -> None:
    run = wait(qtbot, queue, queue.submit(walk())).id
    qtbot.waitUntil(lambda: held(queue, run))
    queue.release(run)
    assert not held(queue, run)


def test_a_job_that_is_not_there_is_named(queue: JobQueue) -> None:
    """One sentence with the id and the remedy."""
    with pytest.raises(BadInput, match="nowhere"):
        queue.job("nowhere")
    with pytest.raises(BadInput, match="nowhere"):
        queue.resume("nowhere")


def test_files_have_their_checksum(qtbot: QtBot, library: Library, queue: JobQueue) -> None:
    """A changed file is found."""
    job = queue.submit(walk())
    wait(qtbot, queue, job)
    file = library.folder(job.id) / "sample_000.png"
    before = checksum(file)
    file.write_bytes(b"changed")
    assert checksum(file) != before
    assert ["sample_000.png" in damage.sentence for damage in library.verify(job.id)] == [True]


def test_a_run_keeps_what_the_letters_of_its_formula_stand_for(tmp_path: Path) -> None:
    """Its sampler may be gone by then; of a run from before letters were kept, the common ones are explained."""
    letters = (Letter("x", "the state: data and noise"), Letter(r"\lambda", "the option Share"))
    line = np.linspace(1, 0, 3)
    save_opened(tmp_path, Opened("Half", 2, (1, 1, 8, 8), line, line, (0,), (-1,), (r"x = \lambda",), (), line, line,
                                 letters))
    read = load_opened(tmp_path)
    assert read is not None
    assert read.letters == letters
    older = json.loads((tmp_path / OPENED).read_text(encoding="utf-8"))
    del older["letters"]
    (tmp_path / OPENED).write_text(json.dumps(older), encoding="utf-8")
    read = load_opened(tmp_path)
    assert read is not None
    assert read.letters == letters[:1]
