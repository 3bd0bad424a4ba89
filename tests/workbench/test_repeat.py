"""Repeating a run from what it left: identical with its own model, told with another."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engines.inference.accelerator import Accelerator
from engines.recipe import Recipe
from engines.recipe_png import recipe_of
from engines.tasks.sweep import FILE, Sweep
from tests.engines.small import save_small
from workbench import bridge
from workbench.library.library import Library
from workbench.library.records import NewRun, Query, State
from workbench.running.board import Entry
from workbench.running.jobs import Job, JobQueue
from workbench.running.mailbox import LiveRun
from workbench.running.run_files import forget_steps, load_point
from workbench.running.runner import Runner


def run(qtbot: QtBot, queue: JobQueue, recipe: Recipe) -> str:
    """Run a recipe to its end; returns the run's id."""
    job = queue.submit(recipe)
    qtbot.waitUntil(lambda: not queue.job(job.id).state.alive)
    return job.id


def test_a_repeat_tells_whether_the_model_is_the_same(qtbot: QtBot, queue: JobQueue, library: Library) -> None:
    models: Path = library.home.models
    save_small(models)
    first = run(qtbot, queue, Recipe("generate", {"model": "tiny", "steps": 3, "count": 1}))
    exported = recipe_of(library.folder(first) / "sample_000.png")
    assert exported is not None
    assert list(exported.fingerprints) == ["tiny"]
    again = run(qtbot, queue, exported)
    before, after = queue.live(first), queue.live(again)
    assert before is not None
    assert after is not None
    assert (after.sha256, after.notice) == (before.sha256, "")

    save_small(models, classes=("a",))
    other = queue.live(run(qtbot, queue, exported))
    assert other is not None
    assert "“tiny”" in other.notice
    assert other.sha256

    (models / "tiny.safetensors").unlink()
    failed = queue.job(run(qtbot, queue, exported))
    assert failed.state is State.FAILED
    assert "“tiny” with fingerprint" in failed.sentence


def test_a_repeat_that_cannot_be_compiled_says_so_and_how_it_was_made_instead(
        qtbot: QtBot, queue: JobQueue, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the window, in the library and in what is exported."""
    monkeypatch.setattr("sys.executable", str(library.home.root / "no such python"))
    wanted = Recipe("generate", {"steps": 2, "count": 1}, backend={"compute": "compiled", "device": "cpu"})
    made = run(qtbot, queue, wanted)
    live, exported = queue.live(made), recipe_of(library.folder(made) / "sample_000.png")
    assert live is not None
    assert exported is not None
    assert "cannot be compiled here" in live.notice
    assert exported.backend["compute"] == "split"
    assert Recipe.from_json(library.recipe(made)).backend == exported.backend


def test_a_repeat_with_fewer_threads_than_there_were_is_told(
        qtbot: QtBot, queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "cores", lambda: 2)
    live = queue.live(run(qtbot, queue, Recipe("generate", {"steps": 2, "count": 1}, backend={"threads": "64"})))
    assert live is not None
    assert live.notice == "The repeat may differ from the run in its last bits: the run was computed with 64 threads " \
                          "(2 now)."


def test_a_resume_never_mixes_two_models(library: Library) -> None:
    """It goes on from its steps with the model that made them, and begins anew with another, which it says."""
    save_small(library.home.models)
    run = library.add(NewRun(Library.new_id(), "Generate", "generate",
                             Recipe("generate", {"model": "tiny", "steps": 6, "count": 1}).to_json(), {}))

    def resumed() -> Runner:
        entry = Entry(Job(run.id, run.title, run.task, State.RUNNING), library.recipe(run.id), LiveRun(run.id))
        runner = Runner(entry, library, "cpu", Accelerator())
        while entry.live.trajectory is None or entry.live.trajectory.last < 3:
            runner.advance()
        runner.keep()
        return runner

    assert resumed().entry.live.notice == ""
    assert resumed().entry.live.whole is False
    save_small(library.home.models, classes=("a",))
    anew = resumed().entry.live
    assert anew.whole is True
    assert anew.notice.endswith("What was recorded came from the other model, so the run began anew.")
    point = load_point(library.folder(run.id))
    assert point is not None
    assert point.index == 3
    assert resumed().entry.live.whole is False


def test_a_run_is_found_by_the_classes_it_drew(qtbot: QtBot, queue: JobQueue, library: Library) -> None:
    """Also where its option says “each” or a list, and not by those that none of its samples has."""
    save_small(library.home.models)
    each, two = (run(qtbot, queue, Recipe("generate", {"model": "tiny", "steps": 2, "count": 2, "label": label}))
                 for label in ("each", "b,c"))
    for words, found in (("class:a", [each]), ("class:b", [two, each]), ("class:c", [two]), ("class:d", []),
                         ("class:each", [each])):
        assert library.ids(Query(words)) == found, words


def test_a_sweep_of_another_model_begins_anew_as_well(tmp_path: Path) -> None:
    """Its runs are in a file of its own."""
    (tmp_path / FILE).write_text("sampler,steps", encoding="utf-8")
    assert not forget_steps(tmp_path)
    assert forget_steps(tmp_path, Sweep.goes_on)
    assert not (tmp_path / FILE).exists()
    assert not forget_steps(tmp_path, Sweep.goes_on)
