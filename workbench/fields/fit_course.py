"""The course of a fitted mixture: its half steps as they come, and what the numbers of components compared came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engines.events import FitOpened, Fitted, Tried


ROUNDING = 1e-12  # of a log-likelihood: the sum over thousands of points that it is


class FitCourse:
    """Half steps that grow; written by the engine thread, read by the window, which sees whole ones only.

    Attributes: opened, what stays the same, None for a run that fits nothing; settled, whether no more steps come.
    """

    def __init__(self) -> None:
        self.opened: FitOpened | None = None
        self.settled = False
        self.steps: list[Fitted] = []
        self.tried: list[Tried] = []

    def __len__(self) -> int:
        """How many half steps there are, the start included."""
        return len(self.steps)

    @property
    def last(self) -> int:
        """Index of the last half step, −1 before there is one."""
        return len(self.steps) - 1

    @property
    def total(self) -> int:
        """Index of the last half step there will be: the most that there can be, until the fit has settled."""
        return self.last if self.settled or self.opened is None else self.opened.total

    def open(self, opened: FitOpened) -> None:
        """A fit begins, or begins again."""
        self.opened, self.settled, self.steps, self.tried = opened, False, [], []

    def take(self, step: Fitted) -> None:
        """The next half step; later ones, left from before, go."""
        steps = self.steps if step.index == len(self.steps) else self.steps[:step.index]
        steps.append(step)
        self.settled, self.steps = False, steps

    def compare(self, tried: Tried) -> None:
        """A number of components was tried."""
        self.tried.append(tried)

    def settle(self) -> None:
        """No more half steps come."""
        self.settled = True

    def curve(self, name: str) -> np.ndarray:
        """“log_likelihood”, “bound” or “gap” by half step: (len,), in nats."""
        steps = self.steps[:]  # it grows meanwhile
        if name == "gap":  # less than the rounding of the two is nothing, and it is never below 0
            gaps = np.array([step.log_likelihood - step.bound for step in steps])
            return np.where(gaps > ROUNDING * np.abs([step.log_likelihood for step in steps]), gaps, 0.0)
        return np.array([step.log_likelihood if name == "log_likelihood" else step.bound for step in steps])

    def in_force(self, index: int) -> int:
        """The half step whose components the shares of a half step follow from: for an M step, the E step before."""
        return index - 1 if self.steps[index].half == "m" else index

    def told(self, index: int) -> str:
        """A half step in words: “M step 3”; the E step of that number comes before it."""
        return "Start" if not index else f"{self.steps[index].half.upper()} step {(index + 1) // 2}"
