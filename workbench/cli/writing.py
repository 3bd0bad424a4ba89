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
