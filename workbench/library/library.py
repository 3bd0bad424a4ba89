"""The library: every run with its recipe, state, thumbnail, metrics and files."""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engines.errors import BadInput
from workbench.home import Home, unwritable
from workbench.library.changes import Changes
from workbench.library.checks import checksum, damage
from workbench.library.lock import FileLock
from workbench.library.records import ALIVE, Damage, NewRun, Query, Run, RunFile, State
from workbench.library.rows import COLUMNS, file_of, index_unknown, insert, put_facts, reword, run_of, state_of, table
from workbench.library.search import order, where
from workbench.library.store import Store
from workbench.library.trash import Trash


class Library:
    """Runs in one SQLite database, their files in folders beside it. Safe to use from any thread.

    Reads take about a millisecond and never wait for a write; views poll `version`, which grows with every change.

    Args:
        home: where the files of runs go; its folders exist.
        store: the database.
        lock: held until `close`; None for a library of this session only.
    """

    def __init__(self, home: Home, store: Store, lock: FileLock | None) -> None:
        self.home = home
        self._changes, self._pictured = Changes(), Counter[str]()
        self._store, self._lock, self._trash = store, lock, Trash(home)
        with self._changing() as db:
            index_unknown(db)

    @classmethod
    def open(cls, home: Home) -> Library:
        """Open or make the user's library; runs that an earlier program left alive become interrupted.

        Raises LibraryLocked (read-only, damaged, or open elsewhere) or DiskFull.
        """
        home.create()
        lock = FileLock(home.root / "library.lock")
        lock.acquire()
        try:
            library = cls(home, Store(home.database), lock)
            library.interrupt_alive()  # the lock is ours, so no job of another window has them
            library._trash.take_left_behind(run.id for run in library.trash())
        except BaseException:
            lock.release()
            raise
        return library

    @classmethod
    def in_memory(cls, home: Home) -> Library:
        """A library of this session only, for when the user's cannot be used."""
        return cls(home, Store(None), None)

    @property
    def lasting(self) -> bool:
        """Whether it is still there after the program ends."""
        return self._lock is not None

    @property
    def borrowed(self) -> bool:
        """Whether its runs are those of a library that cannot be written, in a copy of this session only."""
        return not self.lasting and self._store.path is not None

    def close(self) -> None:
        """Close the database and give the lock back; a temporary home is deleted."""
        self._store.close()
        if self._lock is not None:
            self._lock.release()
        self.home.remove()

    def flush(self) -> None:
        """Make everything written so far safe against a power cut; for the engine thread."""
        self._store.flush()

    # reading

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self._changes.version

    def changed(self, since: int) -> set[str]:
        """Runs that changed after a version, those that are gone too."""
        return self._changes.since(since)

    def runs(self, query: Query | None = None) -> list[Run]:
        """Runs that a query asks for, in its order; all that are not in the trash by default."""
        query = query or Query()
        condition, values = where(query)
        sql = f"SELECT {COLUMNS} FROM runs WHERE {condition} ORDER BY {order(query)} LIMIT ?"
        return [run_of(row) for row in self._store.read(sql, [*values, query.limit])]

    def ids(self, query: Query | None = None) -> list[str]:
        """Ids of all runs that a query asks for, in its order, whatever its limit: cheap for thousands of runs."""
        query = query or Query()
        condition, values = where(query)
        sql = f"SELECT id FROM runs WHERE {condition} ORDER BY {order(query)}"
        return [row["id"] for row in self._store.read(sql, values)]

    def fact_names(self) -> list[str]:
        """Names of all options and metrics that runs can be asked for by."""
        return [row["name"] for row in self._store.read("SELECT DISTINCT name FROM facts")]

    def has(self, run: str, *, trash: bool = True) -> bool:
        """Whether there is a run of that id, the trash included unless told otherwise."""
        return bool(self._store.read("SELECT 1 FROM runs WHERE id = ? AND (? OR trashed IS NULL)", [run, trash]))

    def run(self, run: str) -> Run:
        """The run of that id; raises BadInput when there is none."""
        rows = self._store.read(f"SELECT {COLUMNS} FROM runs WHERE id = ?", [run])
        if not rows:
            raise BadInput(f"Run “{run}” is not in the library any more; choose another.")
        return run_of(rows[0])

    def recipe(self, run: str) -> str:
        """The recipe of a run as JSON, for re-running it; raises BadInput."""
        self.run(run)  # tells of one that is gone
        return str(self._store.read("SELECT recipe FROM runs WHERE id = ?", [run])[0]["recipe"])

    def thumbnail(self, run: str) -> bytes | None:
        """The PNG shown in lists, None where there is none yet."""
        rows = self._store.read("SELECT thumbnail FROM runs WHERE id = ?", [run])
        return bytes(rows[0]["thumbnail"]) if rows and rows[0]["thumbnail"] else None

    def files(self, run: str) -> list[RunFile]:
        """Files of a run in order of their paths."""
        return [file_of(row) for row in self._store.read("SELECT * FROM files WHERE run = ? ORDER BY path", [run])]

    def tree(self, run: str) -> list[Run]:
        """The branch tree a run belongs to: its root and all that branched from it, oldest first."""
        sql = f"""
            WITH RECURSIVE
            up (id, parent) AS (SELECT id, parent FROM runs WHERE id = ?
                                UNION SELECT r.id, r.parent FROM runs r JOIN up ON r.id = up.parent),
            down (id) AS (SELECT id FROM up WHERE parent IS NULL OR parent NOT IN (SELECT id FROM runs)
                          UNION SELECT r.id FROM runs r JOIN down ON r.parent = down.id)
            SELECT {COLUMNS} FROM runs WHERE id IN down AND trashed IS NULL ORDER BY created, rowid"""
        return [run_of(row) for row in self._store.read(sql, [run])]

    def interrupted(self) -> list[Run]:
        """Runs that ended with the program, newest first."""
        return self.runs(Query(states=frozenset({State.INTERRUPTED})))

    def folder(self, run: str) -> Path:
        """The folder of a run, also when it lies in the trash; for “Show in folder”."""
        return self._trash.folder(run)

    def own_folder(self, run: str) -> Path:
        """The folder of a run, to write into; raises LibraryLocked where its files are borrowed."""
        return self._trash.own_folder(run)

    def verify(self, run: str) -> list[Damage]:
        """Compare a run's files with their checksums; reads them all, so not for the window's thread."""
        folder = self.folder(run)
        return [found for file in self.files(run) if (found := damage(folder, file))]

    # writing, by jobs

    @staticmethod
    def new_id() -> str:
        """A fresh id that sorts by time and can name a folder."""
        return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"

    def add(self, run: NewRun) -> Run:
        """Add a waiting run and make its folder; raises DiskFull or LibraryLocked."""
        try:
            self.home.run_folder(run.id).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(error, self.home.runs) from error
        with self._changing(run.id) as db:
            insert(db, run)
        return self.run(run.id)

    def set_state(self, run: str, state: State, error: str = "") -> None:
        """Change where a run is in its life; an ending state sets its time."""
        finished = None if state.alive else time.time()
        with self._changing(run) as db:
            db.execute("UPDATE runs SET state = ?, error = ?, finished = ? WHERE id = ?", (state, error, finished, run))

    def set_progress(self, run: str, done: int, total: int, seconds: float) -> None:
        """Record how far a run is and how long it ran."""
        with self._changing(run) as db:
            db.execute("UPDATE runs SET done = ?, total = ?, seconds = ? WHERE id = ?", (done, total, seconds, run))

    def set_metrics(self, run: str, metrics: Mapping[str, float], classes: Sequence[str] = ()) -> None:
        """Add figures to those a run has, and make them and the classes of its samples searchable."""
        with self._changing(run) as db:
            row = db.execute("SELECT metrics FROM runs WHERE id = ?", (run,)).fetchone()
            merged: dict[str, Any] = {**(table(row["metrics"]) if row else {}), **metrics}
            db.execute("UPDATE runs SET metrics = ? WHERE id = ?", (json.dumps(merged), run))
            put_facts(db, run, {**metrics, "classes": classes} if classes else metrics)
            reword(db, run)

    def set_thumbnail(self, run: str, png: bytes) -> None:
        """Set the picture shown in lists."""
        self._put(run, "thumbnail", png)
        self._pictured[run] += 1  # only now: a list that asks meanwhile keeps what it finds under this number
        self._changes.note(run)

    def pictures_of(self, run: str) -> int:
        """How often `thumbnail` changed in this session: a list asks for it only then."""
        return self._pictured[run]

    def set_recipe(self, run: str, recipe: str) -> None:
        """Replace the recipe by one that also records the backend it ran on."""
        self._put(run, "recipe", recipe)

    def set_notes(self, run: str, notes: str) -> None:
        """Set what there is to know of the result."""
        self._put(run, "notes", notes)

    def add_file(self, run: str, kind: str, file: Path) -> RunFile:
        """Record a file of a run's folder with its SHA-256, in place of an older record of it."""
        folder = self.home.run_folder(run)
        path = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)
        record = RunFile(run, kind, path, checksum(file), file.stat().st_size)
        with self._changing(run) as db:
            db.execute("INSERT OR REPLACE INTO files (run, kind, path, sha256, bytes) VALUES (?, ?, ?, ?, ?)",
                       (run, kind, path, record.sha256, record.bytes))
        return record

    def interrupt_alive(self) -> None:
        """Mark every alive run as interrupted: for the start of a program, when no job has them."""
        for run in self.runs(Query(states=ALIVE, limit=-1)):
            self.set_state(run.id, State.INTERRUPTED)

    # writing, by the user

    def star(self, run: str, starred: bool = True) -> None:
        """Star a run or take its star away."""
        self._put(run, "starred", starred)

    def rename(self, run: str, title: str) -> None:
        """Give a run a title; raises BadInput for an empty one."""
        if not title.strip():
            raise BadInput("A run needs a title of at least one letter; type one.")
        with self._changing(run) as db:
            db.execute("UPDATE runs SET title = ? WHERE id = ?", (title.strip(), run))
            reword(db, run)

    def delete(self, runs: Sequence[str]) -> list[str]:
        """Move runs to the trash; returns the ids moved, for `restore`. Alive ones stay: cancel them first.

        Raises DiskFull or LibraryLocked where one cannot be moved; those before it are in the trash.
        """
        moved = [run for run in runs if self._deletable(run)]
        for run in moved:  # one by one: no folder moves without its row
            self._trash.take(run)
            try:
                self._put(run, "trashed", time.time())
            except BaseException:
                self._trash.give_back(run)
                raise
        return moved

    def restore(self, runs: Sequence[str]) -> None:
        """Take runs back out of the trash: the undo of `delete`, at any later time too."""
        for run in runs:
            self._trash.give_back(run)
            self._put(run, "trashed", None)

    def trash(self) -> list[Run]:
        """Runs in the trash, the latest deletion first."""
        return self.runs(Query(trashed=True, limit=-1))

    def empty_trash(self, runs: Sequence[str] | None = None) -> int:
        """Delete what is in the trash for good, or only these runs of it; returns the number. Raises LibraryLocked."""
        gone = [run.id for run in self.trash() if runs is None or run.id in runs]
        self._trash.remove(gone)  # first: on a full disk the database cannot even forget a row
        with self._changing() as db:
            db.executemany("DELETE FROM runs WHERE id = ?", [(run,) for run in gone])
        return len(gone)

    def _put(self, run: str, column: str, value: object) -> None:
        with self._changing(run) as db:
            db.execute(f"UPDATE runs SET {column} = ? WHERE id = ?", (value, run))

    def _deletable(self, run: str) -> bool:
        rows = self._store.read("SELECT state FROM runs WHERE id = ? AND trashed IS NULL", [run])
        return bool(rows) and state_of(rows[0]["state"]) not in ALIVE

    @contextlib.contextmanager
    def _changing(self, run: str = "") -> Iterator[sqlite3.Connection]:
        with self._store.writing() as db:
            yield db
        self._changes.note(run)
