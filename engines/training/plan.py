"""The plan of a training: every number that decides its course."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from engines.process.prediction import Prediction
from engines.training.objectives.base import Objective

# steps after the beginning at which a first look is worth its time, whatever the interval: most is learnt there
EARLY = frozenset({5, 10, 20, 50, 100, 200, 500, 1000})


SAFE = 1e-3  # a learning rate that AdamW rarely diverges at


def gentler(rate: float) -> float:
    """The learning rate to try after one that diverged: a quarter of it, and never more than is usually safe."""
    return min(rate / 4, SAFE)


def next_look(every: int, done: int, began: int = 0) -> int:
    """The step after `done` at which a training, begun at step `began`, looks next; every: its interval, at least 1."""
    early = {began + since for since in EARLY if since < every}
    return min(step for step in {*early, (done // every + 1) * every} if step > done)


class Schedule(StrEnum):
    """What the learning rate does after its warm-up."""

    CONSTANT = "constant"
    COSINE = "cosine"


@dataclass(frozen=True, slots=True)
class TrainPlan:
    """Numbers of a training.

    steps, batch; learning_rate, warmup (steps), schedule; clip: largest gradient norm; weight_decay;
    ema: decay; class_dropout: share of labels dropped; prediction: the target; objective: the loss; seed;
    checkpoint_every in seconds; validate_every and preview_every in steps, 0 for never;
    mirror, shift: augmentation of images (random mirroring; random shifts up to that many pixels).
    """

    steps: int
    batch: int
    learning_rate: float
    warmup: int
    schedule: Schedule
    clip: float
    weight_decay: float
    ema: float
    class_dropout: float
    prediction: Prediction
    objective: Objective
    seed: int
    checkpoint_every: float
    validate_every: int
    preview_every: int
    mirror: bool = False
    shift: int = 0

    def due(self, every: int, step: int, began: int = 0) -> bool:
        """Whether what happens every so many steps (0 for never) happens after this step.

        It depends on the steps alone, so that a repeat shows the same: early ones come before the first
        interval after step `began` is over, and the last step always counts.
        """
        if every <= 0:
            return False
        since = step - began
        return step % every == 0 or step == self.steps or (since < every and since in EARLY)

    def looks(self, every: int, done: int = 0, began: int = 0) -> int:
        """How often that is due after step `done` of a training that began at step `began`."""
        if every <= 0 or done >= self.steps:
            return 0
        early = {began + since for since in EARLY if since < every} | {self.steps}
        return self.steps // every - done // every + sum(done < step <= self.steps and step % every > 0
                                                         for step in early)

    def rate(self, step: int) -> float:
        """Learning rate of step `step` (from 0): linear warm-up, then constant or half a cosine to 0."""
        # counted from 1, or the first step would be taken at a rate of 0 and wasted
        warm = min(1.0, (step + 1) / max(1, self.warmup))
        if self.schedule is Schedule.CONSTANT or step < self.warmup:
            return self.learning_rate * warm
        share = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.learning_rate * (1 + math.cos(math.pi * min(1.0, share))) / 2
