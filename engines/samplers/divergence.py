"""When a walk has diverged beyond doubt: its states leave the size that data and noise can have, ever faster."""

from __future__ import annotations

import math

import torch

from engines.errors import Diverged
from engines.process.paths import Path
from engines.samplers.base import Sampler, Step

FAR = 100.0  # times the size a state is to have: no data of unit size are there, nor a step that is merely poor for long
MOVES = 8  # so many in a row that each make it larger: a sampler with a few long steps makes fewer in all
LOST = 2.0**24  # times: float32 cannot tell numbers of that size apart by as much as all of the data


class Watch:
    """Looks at every step of a walk, and ends it where it has diverged.

    The size of a state is its root mean square over all samples, beside sqrt(alpha² + sigma²), which it has for data
    of unit size whatever the path: at sigma = 100 a state of 100 has the size 1.
    """

    def __init__(self, path: Path, sampler: Sampler) -> None:
        self._path, self._sampler = path, sampler
        self._size, self._grown, self._from = math.inf, 0, 1.0

    def look(self, step: Step) -> None:
        """Raise Diverged, with the step, its size and a remedy, for a state that is not finite or grows away."""
        # one number of all tells as much as a look at each, and takes a fifth of its time at every step
        norm = float(step.x.norm())
        if not math.isfinite(norm):
            raise Diverged(f"Sampling diverged: the state of step {step.index} is not finite; choose "
                           f"{self._sampler.calmer()}.")
        size = norm / math.sqrt(step.x.numel()) / float(self._path.scale(torch.tensor(step.t, dtype=torch.float64)))
        self._grown = self._grown + 1 if size > self._size else 0
        self._size = size
        if size >= LOST or (size >= FAR and self._grown >= MOVES):
            raise Diverged(f"Sampling diverged: at step {step.index} the state is {size:,.0f} times as large as data "
                           f"and noise are{self._still()}; choose {self._sampler.calmer()}.")

    def _still(self) -> str:
        """That it grew all the way, where it did for long."""
        return f", after {self._grown} moves that each made it larger" if self._grown >= MOVES else ""
