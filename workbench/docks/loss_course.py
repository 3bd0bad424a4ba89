"""The losses of a training over its steps, as the rows of the Equation panel draw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from workbench.running.mailbox import LiveRun

DRAWN = 240  # steps in a row of the panel, which is narrower than that in pixels


@dataclass(frozen=True, slots=True, eq=False)
class LossCourse:
    """The loss of a batch (“prior”) and of validation (“guidance”) at up to 240 steps of a training.

    key: which run, with how many losses and validations it was made. steps: (N,) of the training. courses: by term,
    (N,) each; NaN before the first validation.
    """

    key: tuple[str, int, int] = "", 0, 0
    steps: np.ndarray = field(default_factory=lambda: np.zeros(0))
    courses: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])

    def of(self, live: LiveRun) -> LossCourse:
        """That of a training as far as it is: itself where that has not gone on."""
        history = live.history
        key = live.run, len(history.trained), len(history.validated)
        if key == self.key:
            return self
        steps, losses = history.trained.columns("step", "loss")
        drawn = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), DRAWN)).round().astype(int))
        courses = {"prior": losses[drawn]}
        at, validated = history.validated.columns("step", "loss")
        if len(at):
            courses["guidance"] = np.interp(steps[drawn], at, validated, left=np.nan)
        return LossCourse(key, steps[drawn], courses)

    def at(self, step: int | None) -> int:
        """The place of a step of the training, or of the nearest that is drawn; the last one for None."""
        return len(self.steps) - 1 if step is None else int(np.abs(self.steps - step).argmin())

    def step(self, at: int) -> int:
        """The step of the training at a place."""
        return int(self.steps[at])

    def values(self, at: int) -> dict[str, float]:
        """The losses at a place, by term."""
        return {name: float(course[at]) for name, course in self.courses.items()}
