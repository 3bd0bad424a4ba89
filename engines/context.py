"""Context: what a run may use of its surroundings, and how it is asked for what it has done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from torch import Tensor

from engines.checkpoint import Model
from engines.device import Device
from engines.events import Event

Network = Callable[[Tensor, Tensor, Tensor | None], Tensor]


def plain(model: Model) -> Network:
    """The network as it is: nothing was made ready to run it faster."""
    return model.network


@dataclass(frozen=True, slots=True)
class Start:
    """Where sampling begins when not at noise: the state x (B, …) float32 of step `index`.

    Resuming after a crash and branching from a recorded step are both this. past: the states of
    the steps before, the latest first, as far as the sampler remembers them.
    """

    index: int
    x: np.ndarray
    past: tuple[np.ndarray, ...] = ()


def _nothing() -> None:
    """What a task without a state of its own keeps: its steps are recorded by whoever drives it."""


@dataclass(slots=True)
class Reins:
    """What can be asked of a task while it rests between two events; a task that has an answer puts it here.

    save: write what is done, so that it outlives the program. last: events that show what a run that
    is ended early came to; asked for after its generator is closed.
    """

    save: Callable[[], None] = _nothing
    last: Callable[[], Iterable[Event]] = tuple


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
        reins: what can be asked of the task while it rests.
    """

    device: Device
    folder: Path
    models: tuple[Path, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    start: Start | None = None
    prepare: Callable[[Model], Network] = plain
    fingerprints: Mapping[str, str] = field(default_factory=dict[str, str])
    cache: Path | None = None
    reins: Reins = field(default_factory=Reins)
