"""The losses of a training over its steps, as the rows of the Equation panel draw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from workbench.running.mailbox import LiveRun

DRAWN = 240  # steps in a row of the panel, which is narrower than that in pixels


@dataclass(frozen=True, slots=True, eq=False)
class LossCourse:
    """The loss of a batch (“prior”) and of validation (“guidance”) of a training, drawn at up to 240 of its steps.

    key: which run, with how many losses and validations it was made. trained, validated: steps and losses (2, M) of all
    its batches and validations. steps: (N,) that are drawn. courses: by term, (N,) each; NaN before the first
    validation.
    """

    key: tuple[str, int, int] = "", 0, 0
    trained: np.ndarray = field(default_factory=lambda: np.zeros((2, 0)))
    validated: np.ndarray = field(default_factory=lambda: np.zeros((2, 0)))
    steps: np.ndarray = field(default_factory=lambda: np.zeros(0))
    courses: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])

    def of(self, live: LiveRun) -> LossCourse:
        """That of a training as far as it is: itself where that has not gone on."""
        history = live.history
        key = live.run, len(history.trained), len(history.validated)
        if key == self.key:
            return self
        trained = np.stack(history.trained.columns("step", "loss"))
        validated = np.stack(history.validated.columns("step", "loss"))
        drawn = np.unique(np.linspace(0, len(trained[0]) - 1, min(len(trained[0]), DRAWN)).round().astype(int))
        courses = {"prior": trained[1, drawn]}
        if validated.size:
            courses["guidance"] = np.interp(trained[0, drawn], *validated, left=np.nan)
        return LossCourse(key, trained, validated, trained[0, drawn], courses)

    def at(self, step: int | None) -> int:
        """The place of a step of the training, or of the nearest that is drawn; the last one for None."""
        return len(self.steps) - 1 if step is None else int(np.abs(self.steps - step).argmin())

    def step(self, step: int | None) -> int:
        """The step of the training that is meant: the newest one for None."""
        return int(self.trained[0, -1]) if step is None else step

    def values(self, step: int | None) -> dict[str, float]:
        """The losses at a step itself, by term, whichever are drawn: that of its batch, and of the validations
        around it; the newest for None, NaN where there is none yet.
        """
        looked_at = self.step(step)
        known = self.trained[1, self.trained[0] <= looked_at]
        values = {"prior": float(known[-1]) if len(known) else np.nan}
        if self.validated.size:
            values["guidance"] = float(np.interp(looked_at, *self.validated, left=np.nan))
        return values
