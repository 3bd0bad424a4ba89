"""What is gone because a run lies in the trash: the run itself, and the model that it made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engines.errors import BadInput
from workbench.library.library import Library
from workbench.library.records import Run

if TYPE_CHECKING:
    from engines.tasks.base import Task


def refuse_trashed(run: Run) -> None:
    """Raise BadInput for a run in the trash: its files are not where a run that goes on looks for them."""
    if run.trashed is not None:
        raise BadInput(f"“{run.title}” lies in the trash; restore it to go on with it.")


def made_by(run: Run, tasks: Mapping[str, Task]) -> str:
    """The name of the model that a run makes, "" for one that makes none."""
    task = tasks.get(run.task)
    return str(run.options.get(task.makes, "")) if task is not None and task.makes else ""


def in_trash(model: str, library: Library, tasks: Mapping[str, Task]) -> Run | None:
    """The run in the trash that made a model, named by itself, as “run/name” or by its file; the last one deleted."""
    name = Path(model).name.removesuffix(".safetensors")
    return next((run for run in library.trash() if name and made_by(run, tasks) == name), None)
