"""Which runs can stand beside another one: those with steps whose samples have the same size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from workbench.library.library import Library
from workbench.library.records import Run

OPENED = "opened.json"  # as the recorder writes it, which only the engine thread may import


def misfits(library: Library, run: str, others: Iterable[Run]) -> dict[str, str]:
    """Why some of the others cannot be compared with a run, by their ids.

    Those that still go on, and all where nothing is known of the run itself, are left out.
    """
    own, found = _shape(library.folder(run)), dict[str, str]()
    for other in others:
        shape = _shape(library.folder(other.id))
        if shape is None and not other.state.alive:
            found[other.id] = "without recorded steps"
        elif shape and own and shape[1:] != own[1:]:
            found[other.id] = f"{size_of(shape)}, not {size_of(own)}"
    return found


def unfit(library: Library, run: str, other: str) -> str:
    """Why a run cannot be put beside another one, as a sentence, "" where it can or nothing is known against it."""
    why = misfits(library, run, [library.run(other)]).get(other, "") if run else ""
    return why and f"That run is {why}; choose another to compare."


def size_of(shape: Sequence[int]) -> str:
    """The size of samples (B, C, H, W) or (N, d) in words: “28 × 28 grey”, “2-D points”."""
    if len(shape) < 4:
        return f"{shape[-1]}-D points"
    channels, height, width = shape[-3:]
    return f"{width} × {height} {'grey' if channels == 1 else 'colour'}"


def _shape(folder: Path) -> tuple[int, ...] | None:
    """The shape (B, C, H, W) or (N, d) of a run's samples, None where it has no steps or they are damaged."""
    try:
        shape = tuple(int(side) for side in json.loads((folder / OPENED).read_text(encoding="utf-8"))["shape"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return shape if len(shape) in {2, 4} else None
