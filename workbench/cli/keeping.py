"""Where a command's files go: the folder the user names, and the library where it can be used."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.errors import WorkbenchError
from engines.files import explained
from engines.recipe import Recipe
from engines.tasks.base import Task
from workbench.cli.outputs import traces
from workbench.cli.terminal import Terminal
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.lock import HeldElsewhere
from workbench.library.opening import Beside, Note, enter, opened


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one run.

    folder: where the task works; out: where the user wants the files, None for nowhere else;
    run: its id in the library, "" when it is not to be kept there; made: the folders that did not
    exist before this run.
    """

    folder: Path
    out: Path | None = None
    run: str = ""
    made: tuple[Path, ...] = ()

    def publish(self, files: Sequence[Path]) -> list[Path]:
        """Copy the files to where the user wants them; returns what to tell. Raises DiskFull or BadInput."""
        if self.out is None or self.out == self.folder:
            return list(files)
        targets = [self.out / file.name for file in files]
        for file, target in zip(files, targets, strict=True):
            try:
                shutil.copy2(file, target)
            except OSError as error:
                raise explained(error, target) from error
        return targets

    def without_library(self) -> Place | None:
        """The place of the same run outside of the library, its folder there removed; None when there is no other."""
        if self.out is None or self.out == self.folder:
            return None
        shutil.rmtree(self.folder, ignore_errors=True)
        return Place(self.out, self.out, "", self.made)

    def tidy(self) -> None:
        """Remove the folders that this run made and left empty."""
        for folder in self.made:
            with contextlib.suppress(OSError):
                folder.rmdir()


def choose_place(task: str, out: Path | None, home: Home, keep: bool, terminal: Terminal) -> Place:
    """Make the folders of a run; a data folder that cannot be written is said and left out.

    Without `out` and library the results go to a new folder here, which is said.
    Raises BadInput or DiskFull when `out` cannot be made.
    """
    made = _make(out) if out is not None else ()
    if keep:
        try:
            home.create()
            run = Library.new_id()
            return Place(home.run_folder(run), out, run, (*_make(home.run_folder(run)), *made))
        except WorkbenchError as error:
            terminal.say(f"The run will not be in the library: {error}")
    if out is not None:
        return Place(out, out, "", made)
    folder = _unused(Path(f"{task}-{time.strftime('%Y%m%d-%H%M%S')}").resolve())
    terminal.say(f"The results go to “{folder}”; --out names another folder.")
    return Place(folder, None, "", _make(folder))


def free_folder(task: Task, out: Path, terminal: Terminal) -> Path:
    """`out`, or a numbered folder inside it when it already holds a run of the task, which is said.

    So results of two runs are never mixed, none is overwritten, and a command can be repeated as it stands.
    """
    if not _holds_run(task, out):
        return out
    count = 2
    while _holds_run(task, out / f"run-{count}"):
        count += 1
    folder = out / f"run-{count}"
    terminal.say(f"“{out}” already holds the results of an earlier run; those of this one go to “{folder}”.")
    return folder


def _holds_run(task: Task, folder: Path) -> bool:
    """Whether a folder holds what a run of the task leaves behind."""
    return any(any(folder.glob(pattern)) for pattern in ((task.leaves,) if task.leaves else traces(task.name)))


def _unused(folder: Path) -> Path:
    """The folder itself, or numbered when there is one already: two runs may start in one second."""
    numbered = (folder.with_name(f"{folder.name}-{count}") for count in itertools.count(2))
    return next(path for path in itertools.chain([folder], numbered) if not path.exists())


def begin(place: Place, recipe: Recipe, title: str) -> Beside | None:
    """Leave word of a run that begins, so that the library learns of it however it ends; None outside of it."""
    if not place.run:
        return None
    try:
        return Beside(place.folder, Note(title, recipe.task, recipe.to_json(), recipe.options))
    except WorkbenchError:  # a full disk, say; the run itself will tell
        return None


def shelve(place: Place, home: Home, beside: Beside | None, note: Note, terminal: Terminal) -> None:
    """Enter a run that is over into the library; where a window has it, that one does, which is said.

    The library is opened only now, so that a long run does not keep the window from it.
    """
    if not place.run:
        return
    try:
        library = opened(home)
    except WorkbenchError as error:
        if beside is not None:
            beside.end(note)
        terminal.say(_unlisted(error, place, later=beside is not None))
        return
    try:
        enter(library, place.run, note)
        if beside is not None:
            beside.end(None)
    except (WorkbenchError, OSError) as error:
        terminal.say(_unlisted(error, place, later=False))
    finally:
        library.close()


def _make(folder: Path) -> tuple[Path, ...]:
    """Make a folder; those that were missing, the innermost first. Raises BadInput or DiskFull with one sentence."""
    try:
        missing = tuple(path for path in (folder, *folder.parents) if not path.exists())
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explained(error, folder) from error
    return missing


def _unlisted(error: Exception, place: Place, *, later: bool) -> str:
    """What to say of a run whose files are there but not in the library, or not yet: why, and where they are."""
    when = "comes into its list in a moment, or when it is opened next" if later else "is not in its list"
    # nothing went wrong with a window open, and nothing is to be done
    why = "The library is open in a window" if later and isinstance(error, HeldElsewhere) else str(error).rstrip(".")
    return f"{why}. The run {when}; its files are in “{place.folder}”."
