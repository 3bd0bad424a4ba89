"""Opening the library: with it come the runs that were made beside it, each by a note in its folder.

A command must not hold the library for the hours it may take, so its run enters the list at its end; or,
while a window has the library: that one looks for it, as the next opening does after a kill.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engines.errors import LibraryLocked, WorkbenchError
from engines.files import write_atomic
from workbench.home import Home, temporary_home
from workbench.library.library import Library
from workbench.library.lock import FileLock, HeldElsewhere
from workbench.library.records import NewRun, State
from workbench.library.store import Store

NOTE, LOCK, THUMBNAIL = "run.json", "run.lock", "thumbnail.png"


@dataclass(frozen=True, slots=True)
class Note:
    """What the library is to know of a run.

    recipe: as JSON; files: kind by name inside the run's folder; done of total: steps; seconds: time spent;
    notes: what there is to know of the result; created: when it began, seconds since 1970.
    """

    title: str
    task: str
    recipe: str
    options: Mapping[str, Any]
    state: State = State.INTERRUPTED
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    notes: str = ""
    created: float = field(default_factory=time.time)

    def write(self, folder: Path) -> None:
        """Put it into the run's folder, atomically; raises DiskFull."""
        write_atomic(folder / NOTE, json.dumps(asdict(self), ensure_ascii=False).encode())

    @classmethod
    def read(cls, folder: Path) -> Note | None:
        """The note in a folder; None where there is none or it is damaged."""
        try:
            values: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
            return cls(**{**values, "state": State(values["state"])})
        except (OSError, ValueError, KeyError, TypeError):
            return None


class Beside:
    """A run that goes on beside the library, known by its note and alive while its lock is held.

    Args:
        folder: of the run.
        note: how it is listed should it never come to its end.
    """

    def __init__(self, folder: Path, note: Note) -> None:
        self._folder, self._lock = folder, FileLock(folder / LOCK)
        self._lock.acquire()
        try:
            note.write(folder)
        except WorkbenchError:
            self._lock.release()
            raise

    def end(self, note: Note | None) -> None:
        """It is over: leave a note for the next opening, or none because the library has it."""
        with contextlib.suppress(OSError, WorkbenchError):
            if note is None:
                (self._folder / NOTE).unlink(missing_ok=True)
            else:
                note.write(self._folder)
        self._lock.release()
        with contextlib.suppress(OSError):  # an empty folder can then be removed
            (self._folder / LOCK).unlink(missing_ok=True)


def opened(home: Home) -> Library:
    """The user's library with the runs made beside it; raises LibraryLocked or DiskFull."""
    library = Library.open(home)
    take_left(library)
    return library


def take_left(library: Library) -> list[str]:
    """List the runs that were made beside a library, on any thread; returns their ids."""
    taken = list[str]()
    # a note that cannot be taken in stays for the next time; the library is as good without it
    with contextlib.suppress(OSError, WorkbenchError):
        for run, note in left(library.home):
            enter(library, run, note)
            (library.home.run_folder(run) / NOTE).unlink(missing_ok=True)
            taken.append(run)
    return taken


def open_library(home: Home) -> tuple[Library, str]:
    """The user's library, or one of this session only and the sentence that says why; raises DiskFull.

    That one has a temporary home, which still finds the models of the user's own. It shows the user's
    runs, unless they are damaged or another window is changing them.
    """
    try:
        return opened(home), ""
    except HeldElsewhere as error:
        return Library.in_memory(temporary_home(home.root)), str(error)
    except WorkbenchError as error:
        place = temporary_home(home.root)
        return _copied(place) or Library.in_memory(place), str(error)


def _copied(place: Home) -> Library | None:
    """The runs of the library that a temporary home borrows from, in a copy; None where it cannot be read."""
    database = place.lender.database
    try:
        # with what a killed program has not folded into the database yet; a folder never used has neither
        for file in (database, database.with_name(f"{database.name}-wal")):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                shutil.copyfile(file, place.root / file.name)
        library = Library(place, Store(place.database), None)
        library.interrupt_alive()
    except (OSError, WorkbenchError):
        return None
    return library


def left(home: Home) -> Iterator[tuple[str, Note]]:
    """Runs beside the library whose process has ended, oldest first: their ids and notes."""
    for file in sorted(home.runs.glob(f"*/{NOTE}")):
        lock, note = FileLock(file.parent / LOCK), Note.read(file.parent)
        try:
            lock.acquire()
        except LibraryLocked:  # it still goes on
            continue
        lock.release()
        (file.parent / LOCK).unlink(missing_ok=True)
        if note is not None:
            yield file.parent.name, note


def enter(library: Library, run: str, note: Note) -> None:
    """List a run that is over; one that is listed already gets what the note says. Raises WorkbenchError or OSError."""
    folder = library.home.run_folder(run)
    if not library.has(run):
        library.add(NewRun(run, note.title, note.task, note.recipe, note.options, created=note.created))
    present = {folder / name: kind for name, kind in note.files.items() if (folder / name).exists()}
    for file, kind in present.items():
        library.add_file(run, kind, file)
    if (folder / THUMBNAIL).exists():
        library.set_thumbnail(run, (folder / THUMBNAIL).read_bytes())
    library.set_metrics(run, note.metrics)
    library.set_notes(run, note.notes)
    library.set_progress(run, note.done, note.total, note.seconds)
    library.set_state(run, note.state)
