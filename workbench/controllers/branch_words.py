"""What a branch is called: by what is different about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def plain(value: object) -> object:
    """Lists and tuples alike, as options come from JSON or from a form."""
    return list(value) if isinstance(value, tuple) else value


def named(changed: Mapping[str, Any]) -> str:
    """What is different about a branch: "DDPM", "Class 3, guidance 4", "Branch"."""
    words = list[str]()
    for name, value in changed.items():
        title = "class" if name == "label" else name
        if isinstance(value, dict):
            table: dict[str, Any] = value
            words.append(str(table.get("name", name)).upper())
        elif name != "seeds":
            words.append(f"{title} {value:g}" if isinstance(value, float) else f"{title} {value}")
    text = ", ".join(words) or "Branch"
    return text[:1].upper() + text[1:]
