"""What is recorded of a run that is too large to record whole, and of one that only samples on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines import recorded_size
from engines.errors import DiskFull
from engines.recipe import Recipe
from engines.recorded_size import too_large
from tests.engines.small import save_small
from workbench.library.library import Library
from workbench.library.records import State
from workbench.running import recorder
from workbench.running.jobs import KEPT, JobQueue
from workbench.running.mailbox import LiveRun
from workbench.running.run_files import load_point, load_steps


@pytest.mark.parametrize(("shape", "total", "recorded"), [
    ((16, 3, 64, 64), 1000, True), ((64, 1, 28, 28), 1000, True), ((1000, 1, 28, 28), 50, True),
    ((10_000, 1, 28, 28), 1000, False), ((64, 3, 512, 512), 1000, False)])
def test_what_is_too_large_to_record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shape: tuple[int, ...],
                                     total: int, recorded: bool) -> None:
    monkeypatch.setattr(recorded_size.shutil, "disk_usage", lambda _folder: type("Usage", (), {"free": 40 * 2**30}))
    sentence = too_large(shape, total, tmp_path)
    assert (sentence == "") is recorded
    if sentence:
        assert f"{shape[0]:,} samples would take" in sentence
        assert sentence.endswith("to scrub them.")


def test_a_run_too_large_to_record_keeps_its_last_step(qtbot: QtBot, library: Library, queue: JobQueue,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """Paused, it leaves a point to resume from and no steps; resumed, it ends in the very samples."""
    save_small(library.home.models)
    recipe = Recipe("generate", {"model": "tiny", "steps": 200, "count": 3, "sampler": "ddpm"})
    whole = queue.submit(recipe)
    qtbot.waitUntil(lambda: queue.job(whole.id).state is State.DONE)
    expected = queue.live(whole.id)
    assert expected is not None

    monkeypatch.setattr(recorder, "too_large", lambda *_: "Too much.")
    cut = queue.submit(recipe)
    qtbot.waitUntil(lambda: queue.job(cut.id).done > 3)
    queue.cancel(cut.id)
    qtbot.waitUntil(lambda: queue.job(cut.id).state is State.CANCELLED)
    folder = library.home.run_folder(cut.id)
    point = load_point(folder)
    assert point is not None
    assert 0 < point.index < 200
    assert load_steps(folder) is None
    queue.resume(cut.id)
    qtbot.waitUntil(lambda: queue.job(cut.id).state is State.DONE)
    live = queue.live(cut.id)
    assert live is not None
    assert live.sha256 == expected.sha256
    assert live.notice == "Too much."
    # its samples stand for the last step, so that there is something on the canvas
    assert live.trajectory is not None
    assert (live.trajectory.first, live.trajectory.last) == (200, 200)


def test_an_evaluation_leaves_a_point_to_resume_from(qtbot: QtBot, library: Library, queue: JobQueue) -> None:
    job = queue.submit(Recipe("evaluate", {"count": 20, "steps": 100}))
    qtbot.waitUntil(lambda: queue.job(job.id).done > 2)
    queue.pause(job.id)
    qtbot.waitUntil(lambda: queue.job(job.id).state is State.PAUSED)
    point = load_point(library.home.run_folder(job.id))
    assert point is not None
    assert point.x.shape == (20, 1, 28, 28)
    assert np.isfinite(point.x).all()
    queue.cancel(job.id)
    qtbot.waitUntil(lambda: not queue.job(job.id).state.alive)


def test_of_opened_runs_the_last_few_stay_in_memory(qtbot: QtBot, library: Library, queue: JobQueue) -> None:
    """Looking through a library does not fill the memory, and a released run maps no file."""
    save_small(library.home.models)
    runs = [queue.submit(Recipe("generate", {"model": "tiny", "steps": 3, "count": 1})).id for _ in range(KEPT + 2)]
    qtbot.waitUntil(lambda: not queue.alive())
    for run in runs:
        queue.remove(run)
        with qtbot.waitSignal(queue.run_opened):
            queue.open_run(run)
    assert [queue.live(run) is not None for run in runs] == [False] * 2 + [True] * KEPT
    last = queue.live(runs[-1])
    assert last is not None
    assert last.trajectory is not None
    queue.release(runs[-1])
    assert (queue.live(runs[-1]), last.trajectory, last.samples) == (None, None, None)
    if Path("/proc/self/maps").exists():
        assert runs[-1] not in Path("/proc/self/maps").read_text()


def test_a_run_that_counts_as_open_has_room_for_its_steps(qtbot: QtBot, library: Library, queue: JobQueue,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """The window looks from another thread, and takes a run without it for one whose steps are not kept."""
    save_small(library.home.models)
    seen = list[bool]()
    plain = LiveRun.__setattr__

    def watched(live: LiveRun, name: str, value: object) -> None:
        if name == "opened" and value is not None:
            seen.append(live.trajectory is not None)
        plain(live, name, value)

    monkeypatch.setattr(LiveRun, "__setattr__", watched)
    job = queue.submit(Recipe("generate", {"model": "tiny", "steps": 2, "count": 1}))
    qtbot.waitUntil(lambda: queue.job(job.id).state is State.DONE, timeout=20_000)
    assert seen == [True]


def test_what_is_safe_is_called_what_it_is(qtbot: QtBot, queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points are no pictures, also where there is no room for the steps to them."""
    def full(*_: object, **__: object) -> None:
        raise DiskFull("No room.")

    monkeypatch.setattr(recorder.Recorder, "_save_whole", full)
    job = queue.submit(Recipe("sample-points", {"steps": 2, "count": 5}))
    qtbot.waitUntil(lambda: queue.job(job.id).state is State.DONE, timeout=20_000)
    live = queue.live(job.id)
    assert live is not None
    assert live.unkept == "The points are safe, but the steps could not be kept. No room."
