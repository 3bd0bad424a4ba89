"""Writing a command's document into the folder that --out names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_document(folder: str, name: str, document: Mapping[str, Any]) -> Path:
    """Write a document as indented JSON, atomically; raises BadInput or DiskFull."""
    from engines.files import write_atomic

    file = Path(folder).expanduser() / name
    write_atomic(file, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
    return file


def prepared(folder: str | None) -> None:
    """Make the folder that --out names and try a write, so that hours of work do not end at a folder that takes none.

    Raises BadInput or DiskFull.
    """
    from engines.files import explained

    if folder is None:
        return
    place = Path(folder).expanduser()
    probe = place / ".probe"
    try:
        place.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_bytes(b"probe")
        finally:  # a full disk makes the file and has no room for what is in it
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise explained(error, place) from error
