"""How much of the disk the library takes. Walks folders, so not for the window's thread."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.library.library import Library


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes on the disk: of all runs outside the trash with the database, and of each run in the trash."""

    runs: int
    trash: Mapping[str, int]

    @property
    def trashed(self) -> int:
        """Bytes that emptying the trash gives back."""
        return sum(self.trash.values())


def usage(library: Library) -> Usage:
    """Measure a library; what cannot be read counts as nothing."""
    home = library.home.lender if library.borrowed else library.home
    trash = {run.id: folder_size(library.folder(run.id)) for run in library.trash()}
    files = [home.database, *(home.database.with_name(home.database.name + end) for end in ("-wal", "-shm"))]
    whole = folder_size(home.runs) + folder_size(home.trash) + sum(_size(str(file)) for file in files)
    # a folder that goes meanwhile may have been counted on one side only
    return Usage(max(0, whole - sum(trash.values())), trash)


def folder_size(folder: Path) -> int:
    """Bytes of all files under a folder, 0 where there is none."""
    return sum(_sizes(str(folder)))


def _sizes(folder: str) -> Iterator[int]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _sizes(entry.path)
            else:
                yield _size(entry.path)


def _size(file: str) -> int:
    try:
        return os.lstat(file).st_size
    except OSError:
        return 0
