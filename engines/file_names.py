"""Names of files that every system takes, Windows too."""

from __future__ import annotations

import re
from collections.abc import Collection

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{k}" for port in ("com", "lpt") for k in range(1, 10))})


def portable(name: str) -> str:
    """The name itself where every system takes it, else the nearest one that does; "_" for nothing at all."""
    # Windows drops dots and spaces at the end without a word, and means a device by some names, whatever their ending
    safe = FORBIDDEN.sub("_", name).strip().rstrip(". ")
    return f"_{safe}" if not safe or safe.split(".")[0].strip().lower() in RESERVED else safe


def root_of(name: str) -> str:
    """A name without the number that made it free."""
    return re.sub(r"-\d+$", "", name)


def free_name(base: str, taken: Collection[str]) -> str:
    """The name itself, or with the first number that makes it one that no other model has: "digits-2"."""
    return next(name for k in range(1, len(taken) + 2) if (name := base if k == 1 else f"{base}-{k}") not in taken)
