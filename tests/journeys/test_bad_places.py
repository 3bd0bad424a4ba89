"""A full disk, a library that cannot be written or that another window has: one sentence, and the window goes on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from engines.trajectory import Trajectory
from tests.journeys.test_images import SOON, Opener, fill, finished, press_run
from tests.journeys.test_messages import press
from workbench.home import Home, unwritable
from workbench.library.records import State
from workbench.window import MainWindow


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the disk be full from now on: what the system would say, since no small disk can be mounted everywhere."""
    def no_room(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    return lambda: monkeypatch.setattr("os.fsync", no_room)


@pytest.fixture
def window(qtbot: QtBot, shared: MainWindow) -> MainWindow:
    """The window with a finished run on the canvas and nothing in the bar."""
    shared.bar.dismiss()
    fill(shared, "generate", {"steps": 3, "count": 2})
    if not shared.desk.library.runs():
        press_run(qtbot, shared)
    return shared


def test_a_full_disk_ends_a_run_that_goes_on_once_there_is_room(qtbot: QtBot, window: MainWindow,
                                                                full: Callable[[], None],
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """The run before is untouched, and “Run again” brings the failed one to its end."""
    before = window.desk.stage.live
    assert before is not None
    assert before.samples is not None
    full()
    with qtbot.waitSignal(window.desk.queue.job_failed, timeout=SOON) as failed:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    run, sentence = failed.args
    assert window.bar.sentence == sentence
    assert sentence.endswith("cannot be saved because the disk is full; free some space and try again.")
    assert before.samples is not None
    assert window.desk.library.verify(before.run) == []
    monkeypatch.undo()
    press(qtbot, window, "Run again")
    finished(qtbot, window)
    assert window.desk.queue.job(run).state is State.DONE
    assert window.desk.library.verify(run) == []


def test_steps_without_room_are_told_and_the_status_line_says_so(qtbot: QtBot, window: MainWindow,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is done with its pictures; “Run again” brings the steps, and all is saved again."""
    def no_room(_steps: Trajectory, file: Path) -> None:
        raise unwritable(OSError(errno.ENOSPC, "No space left on device"), file)

    with monkeypatch.context() as patch:
        patch.setattr(Trajectory, "save", no_room)
        run = press_run(qtbot, window)
        qtbot.waitUntil(lambda: bool(window.bar.sentence), timeout=SOON)
    assert window.bar.sentence.startswith("The pictures are safe, but the steps could not be kept.")
    qtbot.waitUntil(lambda: window.status.kept == "Not all saved", timeout=SOON)
    assert window.desk.library.run(run).state is State.DONE
    press(qtbot, window, "Run again")
    finished(qtbot, window)
    assert window.status.kept in {"Saved", "Saving…"}
    assert not window.bar.sentence
    assert "steps" in {file.kind for file in window.desk.library.files(run)}


def test_another_run_that_is_saved_does_not_hide_what_is_not(qtbot: QtBot, window: MainWindow,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    """The status line says so until the run is whole, or not wanted any more."""
    save, full = Trajectory.save, list[Path]()

    def no_room(steps: Trajectory, file: Path) -> None:
        """None in the folder of the first run."""
        full[:] = full or [file.parent]
        if file.parent in full:
            raise unwritable(OSError(errno.ENOSPC, "No space left on device"), file)
        save(steps, file)

    with monkeypatch.context() as patch:
        patch.setattr(Trajectory, "save", no_room)
        run = press_run(qtbot, window)
        press_run(qtbot, window)
        qtbot.waitUntil(lambda: not (window.session._soon.isActive() or window.session._writing), timeout=SOON)
        assert window.status.kept == "Not all saved"
        window.library.delete([run])
        qtbot.waitUntil(lambda: window.status.kept == "Saved", timeout=SOON)
        window.desk.history.undo()
        qtbot.waitUntil(lambda: window.status.kept == "Not all saved", timeout=SOON)
        window.desk.history.redo()
        qtbot.waitUntil(lambda: window.status.kept == "Saved", timeout=SOON)


@pytest.mark.parametrize("kind", ["picture", "film", "sheet", "arrays", "recipe_file"])
def test_an_export_without_room_leaves_the_file_that_was_there(qtbot: QtBot, window: MainWindow, tmp_path: Path,
                                                               full: Callable[[], None], kind: str) -> None:
    """The bar names the file; nothing is half written."""
    name = {"film": "out.gif", "arrays": "out.npz", "recipe_file": "out.json"}.get(kind, "out.png")
    (tmp_path / name).write_bytes(b"old")
    full()
    getattr(window.export, kind)(tmp_path / name)
    qtbot.waitUntil(lambda: "the disk is full; free some space" in window.bar.sentence, timeout=SOON)
    assert name in window.bar.sentence
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir() if file.is_file()] == [(name, b"old")]
    assert window.desk.stage.recorded


def test_a_preset_without_room_is_told(window: MainWindow, full: Callable[[], None]) -> None:
    """It is not in the menu afterwards."""
    full()
    window.presets.save("mine")
    assert "mine.toml” cannot be saved because the disk is full" in window.bar.sentence
    window.presets.menu.aboutToShow.emit()
    assert "mine" not in [action.text() for action in window.presets.menu.actions()]


def test_a_library_that_cannot_grow_takes_no_run(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """The database itself has no room: no job is made, what is in it can be opened, and with room Run works."""
    store, runs = window.desk.library._store, [run.id for run in window.desk.library.runs()]
    noise = np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    window.drop.open(tmp_path / "noise.png")
    fill(window, "noise", {"steps": 2})
    with store.writing() as db:
        allowed = db.execute("PRAGMA max_page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
    qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    assert "is full; free some space and try again." in window.bar.sentence
    assert [run.id for run in window.desk.library.runs()] == runs
    assert not window.desk.queue.alive()
    assert window.picture.pixels is not None
    with store.writing() as db:
        db.execute(f"PRAGMA max_page_count = {allowed}")
    press_run(qtbot, window)
    assert not window.bar.sentence


def files_in(folder: Path) -> dict[str, bytes]:
    """All files of a folder, but for the log of the database, which a reader may fold."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_read_only_library_is_told_and_left_as_it_is(qtbot: QtBot, opened: Opener, home: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs work and are not kept; once it can be written again, everything is there."""
    window = opened()
    fill(window, "generate", {"steps": 3, "count": 1})
    run = press_run(qtbot, window)
    window.close()
    before = files_in(home)
    write = Path.write_bytes

    def refused(path: Path, data: bytes) -> int:
        # root may write whatever the permissions say, so the system's answer is given in its place
        if path.is_relative_to(home):
            raise OSError(errno.EROFS, "Read-only file system")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", refused)
    window = opened(autostart=True)
    assert f"The data folder “{home}” cannot be written (Read-only file system); make it writable or set " \
           "WORKBENCH_HOME to another folder." in window.bar.sentence
    assert "stored runs can be looked at, but what this window makes is gone when it closes" in window.bar.sentence
    assert not window.desk.library.lasting
    assert ([row.key for row in window.run_list.rows], window.desk.queue.alive()) == ([run], [])
    window.navigator.show_run(run)
    qtbot.waitUntil(lambda: window.desk.stage.run == run and window.desk.stage.last == 3, timeout=SOON)
    window.desk.stage.move(1)
    assert window.desk.stage.frames() is not None
    fill(window, "generate", {"steps": 1, "count": 1})
    press_run(qtbot, window)
    window.run_list.select(run)
    window.desk.actions["library.delete"].trigger()
    window.library.trash._purge([run])
    assert "cannot be written; make it writable" in window.bar.sentence
    window.close()
    assert files_in(home) == before
    monkeypatch.undo()
    window = opened()
    assert [found.id for found in window.desk.library.runs()] == [run]


def test_an_empty_library_that_cannot_be_written_draws_nothing_by_itself(opened: Opener, home: Path,
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opens a folder wants to see what is in it."""
    opened().close()

    def refused(_home: Home) -> None:
        raise unwritable(OSError(errno.EROFS, "Read-only file system"), home)

    monkeypatch.setattr(Home, "create", refused)
    other = home.parent / "other"
    other.mkdir()
    monkeypatch.setattr("workbench.library.opening.temporary_home", lambda root: Home(other, True, root))
    window = opened(autostart=True)
    assert "make it writable" in window.bar.sentence
    assert (window.desk.queue.jobs(), window.desk.library.runs()) == ([], [])


def test_a_home_that_cannot_be_made_is_told(qtbot: QtBot, opened: Opener, home: Path) -> None:
    """A file lies where the folder should be."""
    home.parent.mkdir(parents=True, exist_ok=True)
    home.write_bytes(b"a file")
    window = opened()
    assert str(home) in window.bar.sentence
    assert "set WORKBENCH_HOME to another folder." in window.bar.sentence
    fill(window, "generate", {"steps": 1, "count": 1})
    press_run(qtbot, window)
    window.close()
    assert home.read_bytes() == b"a file"


def test_a_library_open_in_another_window_is_told_and_shared_with_nobody(qtbot: QtBot, opened: Opener) -> None:
    """Both windows work; what the first has is untouched by the second."""
    first = opened()
    fill(first, "generate", {"steps": 1, "count": 1})
    run = press_run(qtbot, first)
    second = opened()
    assert f"is open in another window (process {os.getpid()}); close that one or set" in second.bar.sentence
    assert not second.desk.library.lasting
    fill(second, "generate", {"steps": 1, "count": 1})
    press_run(qtbot, second)
    second.close()
    assert [found.id for found in first.desk.library.runs()] == [run]
    press_run(qtbot, first)


def test_that_nothing_is_kept_stands_until_it_is_answered(qtbot: QtBot, opened: Opener) -> None:
    """The picture that a first start draws by itself must not take the sentence away."""
    opened()
    second = opened(autostart=True)
    qtbot.waitUntil(lambda: second.desk.stage.last >= 1, timeout=SOON)
    assert "is open in another window" in second.bar.sentence
    assert "gone when it closes" in second.bar.sentence
    button = next(b for b in second.bar.findChildren(QPushButton) if b.text() == "Go on without saving")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not second.bar.sentence
    second.runs.stopping.stop_all()
    qtbot.waitUntil(lambda: not second.desk.queue.alive(), timeout=SOON)


def test_presets_of_a_borrowed_library_are_taken_and_left_where_they_are(opened: Opener) -> None:
    """What this window makes is gone when it closes, and a preset that it renamed would be with it."""
    first = opened()
    fill(first, "generate", {"steps": 7})
    first.presets.save("mine")
    second = opened()
    fill(second, "generate", {"steps": 3})
    second.presets.save("passing")
    menu = second.presets.menu
    menu.aboutToShow.emit()
    entries = {action.text(): action for action in menu.actions()}
    for title in ("Rename", "Delete"):
        inner = entries[title].menu()
        assert isinstance(inner, QMenu)
        assert {action.text(): action.isEnabled() for action in inner.actions()} == {"mine": False, "passing": True}
    entries["mine"].trigger()
    assert second.panel.values()["steps"] == 7
    file = first.presets.folder / "mine.toml"
    second.presets.rename(file, "yours")
    assert [found.name for found in first.presets.folder.iterdir()] == ["yours.toml"]
