"""Task: a user's whole job, from a validated options model to an iterator of events."""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from torch import Tensor

from engines.checkpoint import Model
from engines.component import Options
from engines.device import Device
from engines.errors import BadInput
from engines.tasks.events import Event

Network = Callable[[Tensor, Tensor, Tensor | None], Tensor]


SAMPLED = {"nfe": "network evaluations that each sample took",
            "sha256": "fingerprint of the sample array (float32): equal for equal samples"}


def plain(model: Model) -> Network:
    """The network as it is: nothing was made ready to run it faster."""
    return model.network


@dataclass(frozen=True, slots=True)
class Start:
    """Where sampling begins when not at noise: the state x (B, …) float32 of step `index`.

    Resuming after a crash and branching from a recorded step are both this.
    """

    index: int
    x: np.ndarray


@dataclass(frozen=True, slots=True)
class Context:
    """What a task may use of its surroundings.

    Args:
        device: where tensors live.
        folder: the run's own folder (checkpoints, files); exists.
        models: folders searched for models by name; the bundled ones are always known.
        files: named attachments of the recipe (an input image, a mask), as bytes.
        start: the state to start sampling from, for resume and branch.
        prepare: gives a model's network (x, t, cond) -> prediction, a faster one where it is ready;
            called once at the start of a run, never where gradients are needed.
        fingerprints: SHA-256 of the model files of the run that is repeated or resumed, by the models' names.
        cache: keeps what can be made again, such as decoded data sets; None keeps it in the run's folder.
    """

    device: Device
    folder: Path
    models: tuple[Path, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    start: Start | None = None
    prepare: Callable[[Model], Network] = plain
    fingerprints: Mapping[str, str] = field(default_factory=dict[str, str])
    cache: Path | None = None


class Task(ABC):
    """One job. A subclass sets the class variables and `run`; one file per task.

    `verb` is the label of its button; `Form` is its options model. `shows_course` says that
    the states on the way are the result as much as the last one. `figures` explains what a
    finished run reports, by name.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = ""
    Form: ClassVar[type[Options]] = Options
    shows_course: ClassVar[bool] = False
    figures: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Do the job, yielding events; raises WorkbenchError for what a user can mend."""


@cache
def tasks() -> dict[str, Task]:
    """Every task known, by name: one instance of each subclass in `engines.tasks`."""
    root = importlib.import_module("engines.tasks")
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(root.__path__, "engines.tasks.")]
    # only classes defined in the module itself: tasks import each other's
    found = [c() for module in modules for c in vars(module).values()
             if isinstance(c, type) and issubclass(c, Task) and c.name and c.__module__ == module.__name__]
    return {task.name: task for task in sorted(found, key=lambda task: task.name)}


def task(name: str) -> Task:
    """The task of that name; raises BadInput listing the known ones."""
    if name not in tasks():
        raise BadInput(f"Task “{name}” is not known; choose one of {', '.join(tasks())}.")
    return tasks()[name]
