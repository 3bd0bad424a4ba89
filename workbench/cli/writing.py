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
    from engines.files import explained, write_atomic

    if folder is not None:
        probe = Path(folder).expanduser() / ".probe"
        write_atomic(probe, b"probe")
        try:
            probe.unlink()
        except OSError as error:
            raise explained(error, probe) from error
