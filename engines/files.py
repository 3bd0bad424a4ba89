"""Writing files so that a crash leaves either the old one or the new one, never half of one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from engines.errors import BadInput, DiskFull


def write_atomic(path: Path, data: bytes) -> None:
    """Write through a temporary file, fsync and rename; the folder is made when missing.

    Raises DiskFull when there is no room, BadInput when the folder cannot be written to.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(temporary, data)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _explained(error, path, len(data)) from error


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _explained(error: OSError, path: Path, size: int) -> Exception:
    """The user's sentence for a failed write."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(f"The disk is full: “{path}” needs {size / 2**20:.1f} MB; free some space and try again.")
    return BadInput(f"“{path}” cannot be written ({error.strerror or error}); choose another folder.")
