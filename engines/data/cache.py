"""Decoded data sets on disk: a folder is decoded once, however often a training on it begins or resumes.

An entry is two files: `KEY.npy` with the squares, and `KEY.json`, written last, with a
checksum of the first. Whatever a crash, a full disk or another program leaves, an entry that
does not fit its checksum counts as none and is decoded anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engines.errors import WorkbenchError
from engines.files import explained, write_atomic, write_with
from engines.steps_file import reserve

Array = np.ndarray[Any, np.dtype[Any]]
VERSION = 1  # of the decoding: raise it whenever the same files would give other squares
LIMIT = 4 * 2**30  # bytes of all entries; the newest stays even when it is larger alone
IN_MEMORY = 512 * 2**20  # larger sets are mapped from their file


@dataclass(frozen=True, slots=True)
class Decoded:
    """Squares (N, C, size, size) uint8, which file each is of, and why the others are not there.

    kept: (N,) positions in the listing; unreadable: (position, reason) of each file left out.
    """

    images: Array
    kept: Array
    unreadable: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """The place of one data set in a cache folder.

    key: names everything that decides the squares, see `key_of`.
    """

    folder: Path
    key: str

    @property
    def squares(self) -> Path:
        """File of the squares."""
        return self.folder / f"{self.key}.npy"

    @property
    def about(self) -> Path:
        """File that says what the squares are."""
        return self.folder / f"{self.key}.json"

    def load(self) -> Decoded | None:
        """The set, mapped when it is large; None when it is not here or damaged."""
        try:
            about = json.loads(self.about.read_bytes())
            kept = np.array(about["kept"], np.int64)
            # the file of a large set has room for the unreadable ones too
            # mapped first: nothing is read before the shape is known to be right
            images = np.load(self.squares, mmap_mode="r", allow_pickle=False)[:len(kept)]
            if len(images) != len(kept) or images.dtype != np.uint8 or _checksum(images) != about["checksum"]:
                return None
            unreadable = tuple((int(k), str(reason)) for k, reason in about["unreadable"])
            os.utime(self.about)  # what is used last goes last
        except (OSError, ValueError, KeyError, TypeError, EOFError):
            return None
        return Decoded(images if images.nbytes > IN_MEMORY else np.array(images), kept, unreadable)

    def room(self, shape: tuple[int, ...]) -> Array:
        """Room for squares (N, C, size, size): in memory, or in the entry's file for large sets; raises DiskFull."""
        size = int(np.prod(shape, dtype=np.int64))
        if size <= IN_MEMORY:
            return np.empty(shape, np.uint8)
        try:
            self._begin(size)
            with self.squares.open("w+b") as file:
                header = {"descr": "|u1", "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, header)
                file.flush()
                reserve(file, file.tell() + size)
                return np.memmap(file, np.uint8, "r+", file.tell(), shape)
        except OSError as error:
            _forget(self.squares)
            raise explained(error, self.squares) from error

    def store(self, found: Decoded) -> None:
        """Keep a set whose squares lie in what `room` gave.

        A small set that cannot be stored is used all the same: it costs decoding it once more.
        """
        if isinstance(found.images, np.memmap):
            self._describe(found)
            return
        with contextlib.suppress(WorkbenchError, OSError):
            self._begin(found.images.nbytes)
            write_with(self.squares, lambda file: np.save(file, found.images))
            self._describe(found)

    def _begin(self, size: int) -> None:
        """Make the folder and room in it; an older entry goes, so that none is ever half new."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # a new file, not the old one rewritten: another training may have that one mapped
        _forget(self.about, self.squares)
        make_room(self.folder, size)

    def _describe(self, found: Decoded) -> None:
        """Write what makes the entry count."""
        about = {"kept": found.kept.tolist(), "unreadable": found.unreadable, "checksum": _checksum(found.images)}
        write_atomic(self.about, json.dumps(about).encode())


def key_of(folder: Path, files: Sequence[Path], options: Sequence[object]) -> str:
    """A name for what decoding these files with these options gives; any changed file changes it.

    A file counts as the same when its path, size and time of change are.
    """
    stats = [(file.relative_to(folder).as_posix(), *_state(file)) for file in files]
    text = json.dumps([VERSION, str(folder.resolve()), [str(option) for option in options], stats])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _state(file: Path) -> tuple[int, int]:
    """Size and time of change; zeros for a file that has gone since it was listed, which decoding will report."""
    try:
        stat = file.stat()
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def make_room(folder: Path, size: int) -> None:
    """Remove the entries used longest ago until `size` more bytes fit under the limit."""
    entries = sorted(folder.glob("*.npy"), key=_used)
    total = size + sum(file.stat().st_size for file in entries)
    for file in entries:
        if total <= LIMIT:
            return
        total -= file.stat().st_size
        _forget(file.with_suffix(".json"), file)


def _used(squares: Path) -> float:
    """When an entry was last used; 0 for squares without a description."""
    about = squares.with_suffix(".json")
    return about.stat().st_mtime if about.exists() else 0.0


def _forget(*files: Path) -> None:
    """Delete files; one that another training still maps stays on systems that insist."""
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _checksum(images: Array) -> int:
    """CRC-32 of the squares, read piece by piece: a damaged disk, not an enemy, is what it guards against."""
    value = 0
    for part in np.array_split(images, max(1, images.nbytes // 2**24)):
        value = zlib.crc32(np.ascontiguousarray(part).data, value)
    return value
