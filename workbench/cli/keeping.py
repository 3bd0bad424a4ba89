"""Where a command's files go: the folder the user names, and the library where it can be used."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.errors import WorkbenchError
from engines.files import explained
from engines.recipe import Recipe
from workbench.cli.outputs import REST
from workbench.cli.terminal import Terminal
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import NewRun, State

FIGURES = frozenset({"accuracy", "frechet", "frechet_real", "seconds_per_image", "loss", "validation_loss", "nfe"})
TRACES = {"train": ("*.safetensors",)}  # a training leaves no pictures


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


def free_folder(task: str, out: Path, terminal: Terminal) -> Path:
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


def _holds_run(task: str, folder: Path) -> bool:
    """Whether a folder holds what a run of the task leaves behind."""
    return any(any(folder.glob(pattern)) for pattern in TRACES.get(task, (f"{task}-*.png", REST)))


def _unused(folder: Path) -> Path:
    """The folder itself, or numbered when there is one already: two runs may start in one second."""
    numbered = (folder.with_name(f"{folder.name}-{count}") for count in itertools.count(2))
    return next(path for path in itertools.chain([folder], numbered) if not path.exists())


def shelve(place: Place, home: Home, recipe: Recipe, title: str, state: State, files: Mapping[Path, str],
           figures: Mapping[str, float], terminal: Terminal) -> None:
    """Enter a finished run into the library; a locked library is said and nothing is lost.

    The library is opened only now, so that a long run does not keep the window from it.
    """
    if not place.run:
        return
    try:
        library = Library.open(home)
    except WorkbenchError as error:
        terminal.say(_unlisted(error, place))
        return
    try:
        library.add(NewRun(place.run, title, recipe.task, recipe.to_json(), recipe.options))
        for file, kind in files.items():
            library.add_file(place.run, kind, file)
        pictures = [file for file, kind in files.items() if kind == "image"]
        if pictures:
            library.set_thumbnail(place.run, pictures[-1].read_bytes())
        library.set_metrics(place.run, {k: v for k, v in figures.items() if k in FIGURES})
        library.set_progress(place.run, int(figures.get("done", 0)), int(figures.get("total", 0)),
                             figures.get("seconds", 0.0))
        library.set_state(place.run, state)
    except (WorkbenchError, OSError) as error:
        terminal.say(_unlisted(error, place))
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


def _unlisted(error: Exception, place: Place) -> str:
    """The sentence for a run whose files are there but not in the library."""
    reason = str(error).rstrip(".")
    return f"The run is not in the library’s list ({reason}); its files are in “{place.folder}”."
