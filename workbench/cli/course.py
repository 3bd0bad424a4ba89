"""The course of a run: states evenly spread over its steps, for tasks whose way is part of the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engines.film import film_steps
from engines.samplers.base import Step
from workbench import bridge

SHOWN = 9


@dataclass(slots=True)
class Course:
    """Up to nine states from the first step to the last.

    times: t of each; states: (B, C, H, W) each, in [−1, 1].
    """

    times: list[float] = field(default_factory=list[float])
    states: list[np.ndarray[Any, np.dtype[Any]]] = field(default_factory=list[Any])

    def take(self, step: Step, scale: float) -> None:
        """Keep a state when it is one of those to show; scale: what it is divided by to be seen, see `frames.size`."""
        if step.index in film_steps(0, step.total, SHOWN):
            self.times.append(step.t)
            self.states.append(bridge.array(step.x.float()) / scale)

    def rows(self) -> list[np.ndarray[Any, np.dtype[Any]]]:
        """All pictures (C, H, W): one row a sample, from the first state to the last."""
        return [state[k] for k in range(len(self.states[0])) for state in self.states] if self.states else []
