"""What a run that the end of the program cut off goes on from, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engines.errors import WorkbenchError
from workbench.library.library import Library
from workbench.library.records import Run

# what a resume can start from; their names are those of the engine's files, which only its thread may import
TRAINING, SAMPLING = "training.safetensors", ("resume.npz", "steps.safetensors")

NAMED = 3  # of several runs


def offered(library: Library, runs: Sequence[Run]) -> str:
    """One sentence on the runs (at least one) that were interrupted: what of them is kept."""
    anew = [run for run in runs if not kept(library.folder(run.id))]
    if len(runs) == 1:
        return _one(library, runs[0], bool(anew))
    names = ", ".join(f"“{run.title}”" for run in runs[:NAMED]) + (" …" if len(runs) > NAMED else "")
    words = f"{len(runs)} runs were interrupted when the program ended ({names})"
    if not anew:
        return f"{words}; what was done is kept."
    count = "none of them had" if len(anew) == len(runs) else f"{len(anew)} of them had not"
    return f"{words}; {count} been saved yet and would begin anew."


def in_turn(runs: Sequence[Run]) -> list[Run]:
    """Interrupted runs, the newest first, in the order to resume them: the oldest ran, and the others waited for it.

    One that had begun with a model goes before them all: a training that goes on may write that model anew.
    """
    return sorted(reversed(runs), key=lambda run: not (run.model and run.done))


def _one(library: Library, run: Run, anew: bool) -> str:
    if not run.done or not run.total:
        return f"“{run.title}” was interrupted before its first step when the program ended."
    step = trained(library.folder(run.id))
    then = f"it goes on from step {step:,}" if step is not None else "what was done is kept"
    then = "nothing of it was saved yet, so it would begin anew" if anew else then
    return f"“{run.title}” was interrupted at step {run.done:,} of {run.total:,} when the program ended; {then}."


def kept(folder: Path) -> bool:
    """Whether a run's folder holds anything that it can go on from."""
    return any((folder / name).exists() for name in (TRAINING, *SAMPLING))


def trained(folder: Path) -> int | None:
    """The step that the stored state of a training is at; None where there is no training, or a damaged one."""
    from engines.model_file import raw_header  # brings torch, which the window does not wait for

    try:
        return int(raw_header(folder / TRAINING)["step"])
    except (WorkbenchError, OSError, ValueError, KeyError):
        return None
