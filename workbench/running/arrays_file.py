"""Files of named arrays (.npz) as a run leaves them; a damaged one reads as if it were not there."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

# a cut file is no archive, a flipped byte breaks a name, a stream or its checksum, or asks for a password
DAMAGED = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


def read_arrays(file: Path) -> dict[str, np.ndarray]:
    """All arrays of a file by name; none where it is missing or damaged."""
    try:
        # opened here, since numpy leaves one that is no archive open
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as saved:
            return {name: saved[name] for name in saved.files}
    except DAMAGED:
        return {}
