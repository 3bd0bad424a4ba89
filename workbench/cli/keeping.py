"""Where a command's files go: the folder the user names, and the library where it can be used."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.errors import WorkbenchError
from engines.files import explained
from engines.recipe import Recipe
from workbench.cli.terminal import Terminal
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import NewRun, State

FIGURES = frozenset({"accuracy", "frechet", "frechet_real", "seconds_per_image", "loss", "validation_loss", "nfe"})


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one run.

    folder: where the task works; out: where the user wants the files, None for nowhere else;
    run: its id in the library, "" when it is not to be kept there.
    """

    folder: Path
    out: Path | None = None
    run: str = ""

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


def choose_place(task: str, out: Path | None, home: Home, keep: bool, terminal: Terminal) -> Place:
    """Make the folders of a run; a data folder that cannot be written is said and left out.

    Raises BadInput or DiskFull when `out` cannot be made.
    """
    if out is not None:
        _make(out)
    if keep:
        try:
            home.create()
            run = Library.new_id()
            _make(home.run_folder(run))
            return Place(home.run_folder(run), out, run)
        except WorkbenchError as error:
            terminal.say(f"The run will not be in the library: {error}")
    folder = out or Path(f"{task}-{time.strftime('%Y%m%d-%H%M%S')}").resolve()
    _make(folder)
    return Place(folder, out)


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


def _make(folder: Path) -> None:
    """Make a folder; raises BadInput or DiskFull with one sentence."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explained(error, folder) from error


def _unlisted(error: Exception, place: Place) -> str:
    """The sentence for a run whose files are there but not in the library."""
    reason = str(error).rstrip(".")
    return f"The run is not in the library’s list ({reason}); its files are in “{place.folder}”."
