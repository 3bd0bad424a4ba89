"""The library on its disk: failed moves, restarts, older files, locks, folders that cannot be written, full disks."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from engines.errors import DiskFull, LibraryLocked
from tests.workbench.test_library import HOLD, add, found
from workbench.home import Home, unwritable
from workbench.library.library import Library
from workbench.library.lock import FileLock
from workbench.library.opening import open_library
from workbench.library.records import NewRun, State
from workbench.library.schema import FIRST, SECOND, VERSION
from workbench.library.store import Store


def test_a_move_that_fails_loses_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was moved before it is in the trash, the rest where it was, each row with its folder."""
    for name in ("a", "b", "c"):
        add(library, name)
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if Path(source).name == "b":
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(DiskFull):
        library.delete(["a", "b", "c"])
    assert [run.id for run in library.trash()] == ["a"]
    assert {run.id for run in library.runs()} == {"b", "c"}
    assert {f.name for f in library.home.trash.iterdir()} == {"a"}
    assert {f.name for f in library.home.runs.iterdir()} == {"b", "c"}


def test_a_folder_that_is_held_is_moved_at_the_next_start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where a mapped file keeps its folder: deleted all the same, restored or moved later."""
    library = Library.open(Home(home))
    for name in ("a", "b"):
        add(library, name)

    def held(source: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "held")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", held)
        assert library.delete(["a", "b"]) == ["a", "b"]
        assert library.folder("a").is_dir()
        library.restore(["a"])
    library.close()
    library = Library.open(Home(home))
    assert [run.id for run in library.runs()] == ["a"]
    assert [run.id for run in library.trash()] == ["b"]
    assert library.folder("b") == library.home.trash / "b"
    assert library.folder("a") == library.home.run_folder("a")
    library.close()


def test_everything_is_there_after_a_restart(home: Path) -> None:
    """And what was alive is offered as interrupted."""
    first = Library.open(Home(home))
    add(first, "a", steps=3)
    add(first, "b", state=State.RUNNING)
    first.set_thumbnail("a", b"png")
    first.set_progress("a", 3, 9, 1.5)
    first.flush()
    first.close()
    second = Library.open(Home(home))
    run = second.run("a")
    assert (run.done, run.total, run.seconds, run.options) == (3, 9, 1.5, {"steps": 3})
    assert second.thumbnail("a") == b"png"
    assert json.loads(second.recipe("a")) == {"options": {"steps": 3}}
    assert [run.id for run in second.interrupted()] == ["b"]
    second.close()


def test_an_older_library_is_brought_up_to_date(home: Path) -> None:
    """Version 1 had no facts: its runs are searchable after opening."""
    Home(home).create()
    old = sqlite3.connect(Home(home).database)
    old.executescript(FIRST + "PRAGMA user_version = 1;")
    old.execute("INSERT INTO runs (id, title, task, state, created, recipe, options) "
                "VALUES ('a', 'Old', 'generate', 'done', 1.0, '{}', '{\"steps\": 7}')")
    old.commit()
    old.close()
    library = Library.open(Home(home))
    assert found(library, "steps=7 old") == {"a"}
    library.close()
    with sqlite3.connect(Home(home).database) as now:
        assert now.execute("PRAGMA user_version").fetchone()[0] == VERSION
    now.close()


def test_a_library_without_notes_gets_them(home: Path) -> None:
    """Version 2 knew neither notes nor which training a run continues; both can be asked for after opening."""
    Home(home).create()
    old = sqlite3.connect(Home(home).database)
    old.executescript(FIRST + SECOND + "PRAGMA user_version = 2;")
    for run, options in (("one", {"steps": 7}), ("two", {"steps": 9, "resume": str(Home(home).run_folder("one"))})):
        old.execute("INSERT INTO runs (id, title, task, state, created, recipe, options) "
                    "VALUES (?, ?, 'train', 'done', 1.0, '{}', ?)", (run, f"model {run}", json.dumps(options)))
        old.execute("INSERT INTO facts (run, name, text) VALUES (?, 'resume', ?)", (run, options.get("resume", "")))
    old.commit()
    old.close()
    library = Library.open(Home(home))
    assert [(run.notes, run.origin) for run in map(library.run, ("one", "two"))] == [("", ""), ("", "model one")]
    assert found(library, "continued from one") == {"two"}
    library.set_notes("one", "2 files were left out.")
    library.close()
    again = Library.open(Home(home))
    assert again.run("one").notes == "2 files were left out."
    again.close()


def test_a_newer_or_damaged_library_is_one_sentence(home: Path) -> None:
    """And the lock is given back, so that the remedy works."""
    Home(home).create()
    with sqlite3.connect(Home(home).database) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    with pytest.raises(LibraryLocked, match="update the program"):
        Library.open(Home(home))
    Home(home).database.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(LibraryLocked, match="damaged"):
        Library.open(Home(home))
    Home(home).database.unlink()
    Library.open(Home(home)).close()


def test_a_second_window_is_told(library: Library, home: Path) -> None:
    """In one sentence; it can still work with a library in memory that finds the user's models."""
    second, sentence = open_library(Home(home))
    assert "open in another window" in sentence
    assert str(os.getpid()) in sentence
    assert not second.lasting
    add(second, "mine")
    assert found(second, "mine") == {"mine"}
    assert library.runs() == []
    assert home / "models" in second.home.model_folders()
    folder = second.home.root
    second.close()
    assert not folder.exists()


def test_a_killed_holder_leaves_no_lock(home: Path) -> None:
    """The system drops the lock with the process, whatever the file says."""
    Home(home).create()
    lock = home / "library.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True, cwd=Path(__file__).resolve().parents[2])
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(LibraryLocked, match=f"process {holder.pid}"):
        FileLock(lock).acquire()
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    Library.open(Home(home)).close()


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """A file where the folder should be; the remedy is named."""
    (tmp_path / "file").write_text("x")
    library, sentence = open_library(Home(tmp_path / "file" / "home"))
    assert "WORKBENCH_HOME" in sentence
    assert library.runs() == []
    library.close()


def test_a_read_only_folder_is_one_sentence(small_disk: Path) -> None:
    """A real file system that is mounted read-only, with a library in it."""
    library = Library.open(Home(small_disk))
    add(library, "a")
    library.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    library, sentence = open_library(Home(small_disk))
    assert "cannot be written" in sentence
    assert "WORKBENCH_HOME" in sentence
    add(library, "b")
    assert found(library, "") == {"a", "b"}  # what is stored can be looked at
    assert library.folder("a").is_relative_to(small_disk)
    library.close()


def test_errors_of_the_system_are_told_apart() -> None:
    """Full, and not writable."""
    assert isinstance(unwritable(OSError(errno.ENOSPC, "full"), Path("x")), DiskFull)
    assert isinstance(unwritable(OSError(errno.EROFS, "read-only file system"), Path("x")), LibraryLocked)


def test_a_full_disk_loses_nothing(small_disk: Path) -> None:
    """The write is refused in one sentence, and what was there stays readable."""
    library = Library.open(Home(small_disk))
    add(library, "a", steps=1)
    with pytest.raises(DiskFull, match="free some space"):
        library.add(NewRun("big", "Big", "generate", "x" * 2_000_000, {}))
    assert library.run("a").options == {"steps": 1}
    library.close()


def test_a_full_database_is_one_sentence(library: Library) -> None:
    """SQLite's own limit stands in for the disk where none can be mounted."""
    store = library._store
    pages = store.read("PRAGMA page_count")[0][0]
    with store.writing() as db:
        db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match="full"):
        library.add(NewRun("big", "Big", "generate", "x" * 1_000_000, {}))
    assert library.runs() == []


def test_a_failed_transaction_leaves_no_trace(home: Path) -> None:
    """Rolled back as a whole."""
    store = Store(None)

    def stopped() -> None:
        with store.writing() as db:
            db.execute("INSERT INTO runs (id, title, task, state, created, recipe) VALUES ('a', '', '', '', 0, '')")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stopped()
    assert store.read("SELECT * FROM runs") == []
    store.close()
