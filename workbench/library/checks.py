"""Checksums of the files of runs, and what they tell."""

from __future__ import annotations

import hashlib
from pathlib import Path

from workbench.library.records import Damage, RunFile


def checksum(file: Path) -> str:
    """SHA-256 of a file as hexadecimal digits; raises OSError when it cannot be read."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def damage(folder: Path, file: RunFile) -> Damage | None:
    """What is wrong with a file of a run's folder, None when it is as it was recorded; reads it whole."""
    try:
        same = checksum(folder / file.path) == file.sha256
    except FileNotFoundError:
        return Damage(file, f"“{file.path}” is missing and cannot be read; run the recipe again to get it back.")
    except OSError as error:
        return Damage(file, f"“{file.path}” cannot be read ({error.strerror or error}); run the recipe again.")
    return None if same else Damage(file, f"“{file.path}” was changed since it was made; run the recipe again.")
