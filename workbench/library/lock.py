"""A lock that one process holds and that the system drops when it dies, however it dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from engines.errors import LibraryLocked
from workbench.home import VARIABLE, unwritable

# Windows forbids reading a locked byte, so the lock lies behind the text that names its holder
LOCKED_BYTE = 4096


class HeldElsewhere(LibraryLocked):
    """Another process has the lock now, as another window does for its library."""


class FileLock:
    """An exclusive lock on a file; the file stays, only the lock on it counts, so it is never stale.

    Args:
        path: the lock file, made when missing. Its text is the holder's process number.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def acquire(self) -> None:
        """Take the lock; raises HeldElsewhere when another window has it, LibraryLocked when there can be no file."""
        try:
            file = open(self._path, "a+b")  # noqa: SIM115 - held open for as long as the lock is
        except OSError as error:
            raise unwritable(error, self._path.parent) from error
        if not _lock(file):
            holder = _holder(file)
            file.close()
            raise HeldElsewhere(f"The library in “{self._path.parent}” is open in another window{holder}; "
                                f"close that one or set {VARIABLE} to another folder.")
        # only now that the lock is ours: before, the number in the file is the holder's
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give the lock back; does nothing when it is not held."""
        if self._file is not None:
            self._file.close()  # closing drops the lock on every system
            self._file = None


def _holder(file: BinaryIO) -> str:
    file.seek(0)
    number = file.read(32).decode("ascii", "ignore").strip()
    return f" (process {number})" if number.isdigit() else ""


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> bool:
        """Take the lock without waiting; False when it is held elsewhere."""
        file.seek(LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        """Take the lock without waiting; False when it is held elsewhere."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
