"""Where the bundled files are: icons, fonts, themes, models, data and recipes."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

# A checkout or wheel keeps `resources` beside the packages; a system package may put it under share.
CANDIDATES = (
    Path(__file__).resolve().parents[2] / "resources",
    Path(sys.prefix) / "share" / "diffusion-workbench" / "resources",
)


@cache
def folder() -> Path:
    """The folder of the bundled files.

    Raises FileNotFoundError naming the places searched when the installation is incomplete.
    """
    for candidate in CANDIDATES:
        if candidate.is_dir():
            return candidate
    places = " or ".join(str(c) for c in CANDIDATES)
    raise FileNotFoundError(f"The bundled files are missing from {places}; install the program again.")


def resource(path: str) -> Path:
    """A bundled file or folder by its path below `resources`, e.g. "icons/play.svg"."""
    return folder() / path
