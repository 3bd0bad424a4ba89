"""Writing files so that a crash leaves either the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from engines.errors import DiskFull, NotWritable, WorkbenchError

MAX_BYTES = 256 * 2**20  # of a picture or a recipe: both are read whole into memory


def write_atomic(path: Path, data: bytes) -> None:
    """Write through a temporary file, fsync and rename; the folder is made when missing.

    Raises DiskFull when there is no room, NotWritable when the folder cannot be written to.
    """
    write_with(path, lambda file: file.write(data))


def write_with(path: Path, writer: Callable[[IO[bytes]], object]) -> None:
    """Like `write_atomic`, for what is too large to hold as bytes: the writer fills an open file."""
    # in the same folder, as a rename is atomic within one file system only; two threads may write the same file
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            writer(file)
            file.flush()
            # before the rename, or a power cut could leave the new name with nothing behind it
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        _forget(temporary)
        raise explained(error, path) from error
    except BaseException:
        _forget(temporary)
        raise


def explained(error: OSError, path: Path) -> WorkbenchError:
    """The user's sentence for a failed write."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(f"“{path}” cannot be saved because the disk is full; free some space and try again.")
    return NotWritable(f"“{path}” cannot be written ({error.strerror or error}); choose another folder.")


def _forget(temporary: Path) -> None:
    """Remove what was half written, where that is possible."""
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)
