"""Files that travel with a recipe, read from where the command line names them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engines.component import hint
from engines.errors import BadImage
from engines.files import MAX_BYTES
from engines.modalities.own_points import read_own
from engines.modalities.points import npy_bytes
from workbench.cli.flags import Flag


def attach(files: dict[str, bytes], flag: Flag, file: Path, tell: Callable[[str], object]) -> str:
    """Read a file into the attachments; returns the name the options use.

    tell: gets a sentence where not all of it was taken. Raises BadImage, or BadPoints for a table that cannot be used.
    """
    data = _points(file, tell) if hint(flag.info, "widget") == "points" else _picture(file)
    # two files of one name in different folders must not hide each other
    title = file.name if files.get(file.name, data) == data else f"{flag.dest}-{file.name}"
    files[title] = data
    return title


def _picture(file: Path) -> bytes:
    """The bytes of a picture; whether they are one is seen where they are used."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadImage(f"“{file}” is larger than {MAX_BYTES // 2**20} MB; scale it down first.")
        return file.read_bytes()
    except OSError as error:
        raise BadImage(f"“{file}” cannot be opened ({error.strerror or error}); choose another file.") from error


def _points(file: Path, tell: Callable[[str], object]) -> bytes:
    """A table or density as it is, or what was drawn of a table that is too long to travel."""
    points = read_own(file)
    if points.note:
        tell(points.note)
        return npy_bytes(points.values, points.names)
    return file.read_bytes()
