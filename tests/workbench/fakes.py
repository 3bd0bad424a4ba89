"""A small task for the queue's tests: it walks an array step by step, and can fail on request."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import torch

from engines.component import Options, option
from engines.context import Context
from engines.errors import BadInput
from engines.events import Event, Opened, Sampled, Stepped
from engines.samplers.base import Step
from engines.tasks import base
from engines.tasks.base import Task


class WalkOptions(Options):
    """Options of the walk; `fault` names what goes wrong at step `fault_at`."""

    steps: int = option(20, title="Steps", help="Moves.", ge=1, le=100_000)
    seed: int = option(7, title="Seed", help="Start.", ge=0)
    batch: int = option(2, title="Batch", help="Samples.", ge=1, le=64)
    model: str = option("walker", title="Model", help="Name.")
    fault: str = option("", title="Fault", help="What goes wrong.")
    fault_at: int = option(5, title="Fault at", help="At which step.")


@dataclass
class Gate:
    """Holds the walk at a step until the test opens it, and tells when it is there."""

    at: int = -1
    reached: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    closed: int = 0

    def hold(self, step: int) -> None:
        """Wait at the chosen step; a test that forgets to open it fails instead of hanging."""
        if step == self.at:
            go = self.go  # before it is told: whoever lets it go then may close the gate for the next at once
            self.reached.set()
            if not go.wait(60):
                raise TimeoutError("the gate was never opened")

    def let_one_go(self) -> None:
        """Open it for the walk that is held, and hold the next one that comes."""
        held, self.go = self.go, threading.Event()
        self.reached.clear()
        held.set()


class Walk(Task):
    """x := cos(3x + 0.1·index), a chaotic map: any lost bit shows at the end."""

    name: ClassVar[str] = "walk"
    title: ClassVar[str] = "Walk"
    Form: ClassVar[type[Options]] = WalkOptions

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Opened, Stepped …, Sampled."""
        chosen: WalkOptions = options
        n, shape = chosen.steps, (chosen.batch, 1, 8, 8)
        yield Opened("Walk", n, shape, np.linspace(1, 0, n + 1), np.linspace(-5, 5, n + 1),
                     tuple(range(chosen.batch)), (-1,) * chosen.batch, ("x",), (),
                     np.linspace(0, 1, n + 1), np.linspace(1, 0, n + 1))
        index, x = 0, np.random.default_rng(chosen.seed).standard_normal(shape).astype(np.float32)
        if context.start is not None:
            index, x = context.start.index, context.start.x
        try:
            for i in range(index, n + 1):
                self.gate.hold(i)
                _break(chosen, i, context)
                step = Step(i, n, 1 - i / n, torch.tensor(x), torch.tensor(x), i)
                yield Stepped(step, {"size": float(np.abs(x).max())})
                if i < n:
                    x = np.cos(3 * x + np.float32(0.1 * i))
        finally:
            self.gate.closed += 1
        yield Sampled(x, n, 0.0, hashlib.sha256(x.tobytes()).hexdigest())


def _break(options: WalkOptions, step: int, context: Context) -> None:
    """Go wrong as asked."""
    if step != options.fault_at:
        return
    if options.fault == "memory" and options.batch > 1:
        raise torch.OutOfMemoryError("out of memory")
    if options.fault == "input":
        raise BadInput("The walk has no legs; give it some.")
    if options.fault == "bug":
        raise ZeroDivisionError("division by zero")


def register(gate: Gate) -> None:
    """Make the walk known to the engines of this process."""
    base.tasks()["walk"] = Walk(gate)


def unregister() -> None:
    """Forget it again."""
    base.tasks().pop("walk", None)
