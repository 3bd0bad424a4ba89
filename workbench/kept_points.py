"""The user's point sets: tables and painted densities in the library's home, found again at every start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from engines.errors import BadInput
from engines.file_names import free_name, portable, root_of
from engines.files import write_atomic

POINTS, DENSITY = ".npy", ".png"


def kept_file(key: str) -> bool:
    """Whether a key of the list of data is the file of such a set."""
    return key.endswith((POINTS, DENSITY))


class KeptPoints:
    """A folder of NPY files, each (N, 1 or 2) float64 in the units and with the names it came in, and of PNG files,
    each the density (H, W) uint8 that was painted. It has no signals.

    Args:
        folder: made with the first file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keeping = Lock()  # two of one name that are kept at a time would be one file

    def files(self) -> list[Path]:
        """The newest first."""
        return sorted((file for file in self._folder.glob("*") if kept_file(file.name)),
                      key=lambda file: (-_time(file), file.name))

    def keep(self, title: str, values: np.ndarray, names: Sequence[str] = ()) -> Path:
        """Write points or a density, unless they are there under that name already; returns their file; on any thread.

        Other points of the name keep it, and these get a number. Raises DiskFull or NotWritable.
        """
        from engines.modalities.own_points import is_density, own_bytes

        name, data = portable(Path(title).stem), own_bytes(values, names)
        with self._keeping:
            for file in self._holding(data):
                if name in {file.stem, root_of(file.stem)}:
                    return file
            ending = DENSITY if is_density(values) else POINTS
            file = self._folder / f"{free_name(name, {file.stem for file in self.files()})}{ending}"
            write_atomic(file, data)
        return file

    def named(self, title: str, values: np.ndarray, names: Sequence[str] = ()) -> str:
        """What these points are kept as: under their title, else whichever name; "" where they are not kept."""
        from engines.modalities.own_points import own_bytes

        own, found = portable(Path(title).stem), [file.stem for file in self._holding(own_bytes(values, names))]
        return next((stem for stem in found if own in {stem, root_of(stem)}), next(iter(found), ""))

    def _holding(self, data: bytes) -> Iterator[Path]:
        """The files that hold just this."""
        return (file for file in self.files() if file.stat().st_size == len(data) and file.read_bytes() == data)

    def rename(self, file: Path, title: str) -> Path:
        """Give points another name; returns their new file. Raises BadInput for no name, or one that is taken."""
        if not title.strip():
            raise BadInput("Points need a name of at least one letter; type one.")
        target = file.with_name(portable(title.strip()) + file.suffix)
        named = [target.with_suffix(ending) for ending in (POINTS, DENSITY)]
        # a name that differs in its capitals alone is the same file on some disks
        if any(other.exists() and not other.samefile(file) for other in named):
            raise BadInput(f"There are points “{target.stem}” already; choose another name, or rename or remove those.")
        file.replace(target)
        return target


def _time(file: Path) -> float:
    """When a file was written; 0 for one that went meanwhile."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
