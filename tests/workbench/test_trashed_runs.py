"""Runs in the trash: nothing goes on with one, and whatever is written late, it comes back whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.errors import BadInput
from tests.workbench.fakes import Gate
from tests.workbench.test_jobs import stopped_midway, straight, wait
from tests.workbench.test_library import add
from tests.workbench.test_train_workspace import TINY, pictures, press_train, window  # noqa: F401 - fixtures
from tests.workbench.train_desk import TrainWindow
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import State
from workbench.running.jobs import JobQueue


def names(folder: Path) -> list[str]:
    """The files of a folder."""
    return sorted(file.name for file in folder.iterdir())


def test_a_run_in_the_trash_is_not_gone_on_with(qtbot: QtBot, library: Library, queue: JobQueue, gate: Gate) -> None:
    """It would begin anew in an empty folder, and never come out of the trash again; restored, it goes on."""
    job = stopped_midway(qtbot, queue, gate)
    library.delete([job.id])
    queue.release(job.id)
    with pytest.raises(BadInput, match="lies in the trash; restore it to go on with it"):
        queue.resume(job.id)
    assert not library.home.run_folder(job.id).exists()
    library.restore([job.id])
    queue.resume(job.id)
    wait(qtbot, queue, job)
    live = queue.live(job.id)
    assert live is not None
    assert live.sha256 == straight()


def test_a_training_in_the_trash_is_not_continued(qtbot: QtBot, window: TrainWindow) -> None:  # noqa: F811
    """Its sheets are still on the canvas, with their buttons."""
    window.panel.forms["train"].set_values({**TINY, "size": 28, "steps": 100_000})
    run = press_train(qtbot, window)
    queue, library, timeline = window.desk.queue, window.desk.library, window.space.timeline
    qtbot.waitUntil(lambda: queue.job(run).done > 5)
    qtbot.mouseClick(timeline.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(timeline.go_on.isEnabled)
    library.delete([run])
    kept = names(library.folder(run))
    qtbot.mouseClick(timeline.go_on, Qt.MouseButton.LeftButton)
    assert "lies in the trash; restore it" in window.told.sentences[-1]
    assert (queue.job(run).state, names(library.folder(run))) == (State.CANCELLED, kept)


def test_of_interrupted_runs_those_in_the_trash_stay_there(qtbot: QtBot, window: TrainWindow) -> None:  # noqa: F811
    """The offer to resume them was made before one of them was deleted."""
    library, shown = window.desk.library, list[str]()
    for name in ("a", "b"):
        add(library, name, state=State.INTERRUPTED)
    library.delete(["a"])
    window.runs.resume(["a", "b"], shown.append)
    assert (shown, library.run("a").state) == (["b"], State.INTERRUPTED)
    qtbot.waitUntil(lambda: not window.desk.queue.alive())
    window.desk.queue.remove("b")
    library.delete(["b"])
    window.runs.resume(["a", "b"], shown.append)
    assert "“A” lies in the trash" in window.told.sentences[-1]
    assert shown == ["b"]


def test_a_file_written_after_the_deletion_is_among_those_that_come_back(library: Library) -> None:
    """A step that was being kept makes the folder anew; that of the run could not take its place."""
    add(library, "a")
    folder = library.folder("a")
    library.delete(["a"])
    folder.mkdir()
    (folder / "kept_step_0004_sample_01.png").write_bytes(b"late")
    library.restore(["a"])
    assert names(library.folder("a")) == ["kept_step_0004_sample_01.png", "note.txt"]
    assert library.folder("a") == folder
    assert not (library.home.trash / "a").exists()


def test_a_file_written_after_the_deletion_is_no_obstacle_at_the_next_start(home: Path) -> None:
    """It joins the others in the trash, as do the folders that were kept from it."""
    library = Library.open(Home(home))
    for name in ("a", "b"):
        add(library, name)
    library.delete(["a", "b"])
    for name in ("a", "b"):
        library.home.run_folder(name).mkdir()
        (library.home.run_folder(name) / "late.png").write_bytes(b"late")
    library.close()
    again = Library.open(Home(home))
    assert names(again.home.runs) == []
    assert [names(again.folder(name)) for name in ("a", "b")] == 2 * [["late.png", "note.txt"]]
    again.close()
