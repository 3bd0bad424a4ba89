"""The library: search, stars, trash, checksums, migration, locks and folders that cannot be written."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from engines.errors import BadInput, DiskFull, LibraryLocked
from workbench.home import Home, explained, temporary_home
from workbench.home import home as users_home
from workbench.library.library import Library
from workbench.library.lock import FileLock
from workbench.library.opening import open_library
from workbench.library.records import NewRun, Query, Sort, State
from workbench.library.schema import FIRST, VERSION
from workbench.library.store import Store

HOLD = "import sys; from workbench.library.lock import FileLock; from pathlib import Path; " \
       "lock = FileLock(Path(sys.argv[1])); lock.acquire(); print('held', flush=True); sys.stdin.read()"


def add(library: Library, name: str, task: str = "generate", *, state: State = State.DONE, parent: str | None = None,
        **options: Any) -> str:
    """A run with some options."""
    library.add(NewRun(name, name.title(), task, json.dumps({"options": options}), options, parent))
    library.set_state(name, state)
    (library.home.run_folder(name) / "note.txt").write_text(name)
    return name


def found(library: Library, words: str) -> set[str]:
    """Ids that a search gives."""
    return {run.id for run in library.runs(Query(words))}


def test_search_finds_anything_in_the_recipe(library: Library) -> None:
    """Words anywhere, comparisons of options and metrics, several at once."""
    add(library, "a", steps=50, model="digits", sampler={"name": "ddim", "eta": 0.5})
    add(library, "b", steps=5, model="faces", sampler={"name": "ddpm"}, seeds=[3, 4], label="Sürname")
    library.set_metrics("b", {"accuracy": 0.98})
    for words, expected in {
        "": {"a", "b"}, "DDIM": {"a"}, "digits ddim": {"a"}, "digits ddpm": set[str](), "steps=5": {"b"},
        "steps>5": {"a"}, "steps>=5": {"a", "b"}, "sampler=ddpm": {"b"}, "sampler.eta>0.2": {"a"},
        "accuracy>=0.97": {"b"}, "accuracy:0.98": {"b"}, "sürname": {"b"}, "%": set[str](), "model!=faces": {"a"},
        "steps=5;drop": set[str](), "seeds=3,4": {"b"},
    }.items():
        assert found(library, words) == expected, words


def test_filters_and_orders(library: Library) -> None:
    """By task, state, model and star; newest first by default."""
    for name, task in (("b", "generate"), ("a", "train"), ("c", "train")):
        add(library, name, task, model=f"m-{name}", state=State.FAILED if name == "c" else State.DONE)
    library.star("a")
    assert [run.id for run in library.runs()] == ["c", "a", "b"]
    assert [run.id for run in library.runs(Query(sort=Sort.TITLE))] == ["a", "b", "c"]
    assert [run.id for run in library.runs(Query(sort=Sort.STARRED))] == ["a", "c", "b"]
    assert [run.id for run in library.runs(Query(tasks=frozenset({"train"}), sort=Sort.OLDEST))] == ["a", "c"]
    assert [run.id for run in library.runs(Query(states=frozenset({State.FAILED})))] == ["c"]
    assert [run.id for run in library.runs(Query(models=frozenset({"m-b"})))] == ["b"]
    assert [run.id for run in library.runs(Query(starred=True))] == ["a"]


def test_renaming_is_searchable_and_needs_a_title(library: Library) -> None:
    """The new title is found, the old one not."""
    add(library, "old")
    library.rename("old", "  Portraits ")
    assert library.run("old").title == "Portraits"
    assert found(library, "portraits") == {"old"}
    with pytest.raises(BadInput, match="title"):
        library.rename("old", "  ")


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


def test_trash_and_back(library: Library) -> None:
    """Deleting hides row and folder; restoring brings both back as they were; emptying is for good."""
    add(library, "a", model="x")
    assert library.delete(["a"]) == ["a"]
    assert library.runs() == []
    assert [run.id for run in library.runs(Query(trashed=True))] == ["a"]
    assert (library.folder("a") / "note.txt").read_text() == "a"
    library.restore(["a"])
    assert found(library, "x") == {"a"}
    assert (library.home.run_folder("a") / "note.txt").exists()
    library.delete(["a"])
    assert library.empty_trash() == 1
    assert list(library.home.trash.iterdir()) == []
    with pytest.raises(BadInput, match="“a”"):
        library.run("a")


def test_clearing_keeps_stars_and_what_is_alive(library: Library) -> None:
    """One call, one undo."""
    for name in "abc":
        add(library, name)
    library.star("b")
    library.set_state("c", State.RUNNING)
    gone = library.clear_unstarred()
    assert gone == ["a"]
    assert {run.id for run in library.runs()} == {"b", "c"}
    library.restore(gone)
    assert len(library.runs()) == 3


def test_branches_form_one_tree(library: Library) -> None:
    """From any node: root first, in order of time."""
    add(library, "root")
    add(library, "left", parent="root")
    add(library, "leaf", parent="left")
    add(library, "other")
    for name in ("root", "left", "leaf"):
        assert [run.id for run in library.tree(name)] == ["root", "left", "leaf"]


def test_a_changed_or_missing_file_is_named(library: Library) -> None:
    """Checksums tell."""
    add(library, "a")
    file = library.folder("a") / "note.txt"
    record = library.add_file("a", "note", file)
    assert (record.path, record.bytes, len(record.sha256)) == ("note.txt", 1, 64)
    assert library.verify("a") == []
    file.write_text("other")
    assert "changed" in library.verify("a")[0].sentence
    file.unlink()
    assert "cannot be read" in library.verify("a")[0].sentence


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
    assert found(library, "") == {"b"}
    library.close()


def test_errors_of_the_system_are_told_apart() -> None:
    """Full, and not writable."""
    assert isinstance(explained(OSError(errno.ENOSPC, "full"), Path("x")), DiskFull)
    assert isinstance(explained(OSError(errno.EROFS, "read-only file system"), Path("x")), LibraryLocked)


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


def test_listing_thousands_of_runs_is_quick(library: Library) -> None:
    """The window asks while a job writes: milliseconds, of 2,000 runs."""
    with library._store.writing() as db:
        rows = ((f"r{k}", f"Run {k}", "generate", "done", float(k), "{}", f"run {k} steps={k}") for k in range(2000))
        db.executemany("INSERT INTO runs (id, title, task, state, created, recipe, words) VALUES (?,?,?,?,?,?,?)", rows)
    times = list[float]()
    with library._store.writing():  # a writer in the middle of its work holds no reader up
        for _ in range(20):
            began = time.perf_counter()
            library.runs(Query("steps=19", limit=200))
            library.runs(Query("run", limit=200))
            times.append(time.perf_counter() - began)
    assert sorted(times)[10] < 0.05


def test_the_home_follows_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """WORKBENCH_HOME overrides the platform's place."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "mine"))
    assert users_home().root == tmp_path / "mine"
    assert users_home().cache == tmp_path / "mine" / "cache"
    monkeypatch.delenv("WORKBENCH_HOME")
    assert "diffusion-workbench" in str(users_home().root)
    assert users_home().cache == platformdirs.user_cache_path("diffusion-workbench", False)
    made = temporary_home()
    assert made.runs.is_dir()
    made.remove()
    assert not made.root.exists()
