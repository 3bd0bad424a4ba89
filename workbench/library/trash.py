"""Trash: where the folders of deleted runs lie until they are brought back or it is emptied."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.errors import LibraryLocked, WorkbenchError
from workbench.home import Home, unwritable


@dataclass(frozen=True, slots=True)
class Trash:
    """Moves folders of runs to the trash and back.

    Windows does not let a folder go while a file in it is mapped. That costs no deletion:
    the folder stays where it is, belongs to the trash all the same, and is moved by a later `take`.
    """

    home: Home

    def folder(self, run: str) -> Path:
        """Where the files of a run are: in the trash or not, and perhaps in the home they are borrowed from."""
        lender = self.home.lender
        places = (self.home.run_folder(run), self._place(run), lender.run_folder(run), lender.trash / run)
        return next((place for place in places if os.path.exists(place)), places[0])

    def own_folder(self, run: str) -> Path:
        """The same folder, to write into; raises LibraryLocked where the run is borrowed."""
        folder, lender = self.folder(run), self.home.borrowed
        if lender is not None and folder.is_relative_to(lender):
            raise LibraryLocked(f"The files of this run are in “{lender}”, which cannot be written; make it writable, "
                                "or run the recipe again.")
        return folder

    def take(self, run: str) -> None:
        """Move a run's folder to the trash; raises DiskFull or LibraryLocked."""
        if not self._gathered(run):
            _move(self.home.run_folder(run), self._place(run))

    def take_left_behind(self, runs: Iterable[str]) -> None:
        """Move folders that another program's hold on their files kept out of the trash."""
        with contextlib.suppress(WorkbenchError):
            for run in runs:
                self.take(run)

    def give_back(self, run: str) -> None:
        """Move a run's folder out of the trash; raises DiskFull or LibraryLocked."""
        self._gathered(run)
        _move(self._place(run), self.home.run_folder(run))

    def remove(self, runs: Sequence[str]) -> None:
        """Delete folders of runs for good, wherever they lie; what cannot be deleted stays.

        Raises LibraryLocked, and deletes nothing, where a run is borrowed.
        """
        for run in runs:
            self.own_folder(run)
        for run in runs:
            shutil.rmtree(self._place(run), ignore_errors=True)
            shutil.rmtree(self.home.run_folder(run), ignore_errors=True)

    def _gathered(self, run: str) -> bool:
        """Put what was written where a run's folder was, after that went to the trash, to its files there; whether any.

        A file that was being written at the deletion makes its folder anew, which no other could take the place of.
        """
        late, place = self.home.run_folder(run), self._place(run)
        if not (late.exists() and place.exists()):
            return False
        for file in late.iterdir():
            _move(file, place / file.name)
        with contextlib.suppress(OSError):  # Windows keeps a file that is mapped, and its folder with it
            late.rmdir()
        return True

    def _place(self, run: str) -> Path:
        return self.home.trash / run


def _move(source: Path, target: Path) -> None:
    """Rename a file or folder; a missing one is no obstacle, since the row alone is worth keeping."""
    try:
        # PermissionError is Windows with a file still mapped; a later `take` moves the folder
        with contextlib.suppress(FileNotFoundError, PermissionError):
            os.replace(source, target)
    except OSError as error:
        raise unwritable(error, target.parent) from error
