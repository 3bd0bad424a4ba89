"""What undo may need of earlier states: in memory up to a budget, the oldest beyond it in a file."""

from __future__ import annotations

import errno
import os
import tempfile
import weakref
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import cast

BUDGET = 192 << 20  # bytes in memory: strokes of a day, or a few large photographs


class _File:
    """A file without a name, closed with the last reference to this. Raises OSError where it cannot be made."""

    def __init__(self, folder: Path | None) -> None:
        # unbuffered: bytes that found no room would wait in a buffer, and every later read would fail on them
        made = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - it lives as long as the history
        self._bytes = cast(FileIO, made)
        weakref.finalize(self, self._bytes.close)

    def add(self, data: bytes) -> int:
        """Write at the end, all or nothing; gives where that is."""
        offset, rest = self._bytes.seek(0, os.SEEK_END), memoryview(data)
        try:
            while rest:
                rest = rest[self._bytes.write(rest):]
        except OSError:
            with suppress(OSError):
                self._bytes.truncate(offset)
            raise
        return offset

    def read(self, offset: int, length: int) -> bytes:
        """Bytes from a place on; raises OSError when not all of them can be had."""
        self._bytes.seek(offset)
        found = bytearray()
        while len(found) < length:
            part = self._bytes.read(length - len(found))
            if not part:
                raise OSError(errno.EIO, "the file is cut short")
            found += part
        return bytes(found)

    @property
    def length(self) -> int:
        """Bytes in it."""
        return self._bytes.seek(0, os.SEEK_END)

    def clear(self) -> None:
        """Give its room back."""
        self._bytes.truncate(0)


class Kept:
    """Bytes that were kept; they go with the last reference to this."""

    def __init__(self, data: bytes) -> None:
        self._data: bytes | None = data
        self._file: _File | None = None
        self._offset, self._length = 0, len(data)

    @property
    def nbytes(self) -> int:
        """Bytes of main memory that they take."""
        return len(self._data) if self._data is not None else 0

    @property
    def filed(self) -> bool:
        """Whether they lie in the file."""
        return self._file is not None

    def read(self) -> bytes:
        """The bytes; raises OSError when the file cannot be read any more."""
        if self._file is None:
            return self._data or b""
        return self._file.read(self._offset, self._length)

    def move_to(self, file: _File) -> None:
        """Lie at the end of a file from now on; raises OSError, and stays in memory, when there is no room."""
        self._offset = file.add(self._data or b"")
        self._file, self._data = file, None


class UndoStore:
    """Keeps bytes, so that a history has no end and memory has.

    Args:
        budget: bytes in main memory at most, but for what was kept last.

    Attributes:
        folder: where the file is made once it is needed, None for that of the system, which may itself be memory. The
            file has no name and is gone with the program, however that ends.
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self.folder: Path | None = None
        self._budget = budget
        self._kept = list[weakref.ref[Kept]]()  # the oldest first
        self._file: _File | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of main memory in use."""
        return sum(kept.nbytes for kept in self._alive())

    def _alive(self) -> list[Kept]:
        alive = [kept for ref in self._kept if (kept := ref()) is not None]
        self._kept = [weakref.ref(kept) for kept in alive]
        return alive

    def keep(self, data: bytes) -> Kept:
        """Keep bytes; the oldest of all go into the file while there are too many."""
        alive, new = self._alive(), Kept(data)
        self._kept.append(weakref.ref(new))
        if self._file is not None and not any(kept.filed for kept in alive):
            with suppress(OSError):
                self._file.clear()
        spare = self._budget - len(data) - sum(kept.nbytes for kept in alive)
        with suppress(OSError):  # a full disk: the history stays whole, in memory
            for kept in alive:
                if spare >= 0:
                    break
                spare += kept.nbytes
                if not kept.filed:
                    kept.move_to(self._opened())
        return new

    def _opened(self) -> _File:
        if self._file is None:
            self._file = _File(self.folder)
        return self._file

    @property
    def filed(self) -> int:
        """Bytes in the file, of what is needed and of what is not any more."""
        return self._file.length if self._file is not None else 0
