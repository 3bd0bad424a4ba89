"""Trainer: a generator of events over training steps, exact to the bit after a resume."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from torch import nn

from engines.data.source import Source
from engines.device import Device
from engines.errors import Diverged, OutOfMemory
from engines.events import Event, Said, Trained, Validated
from engines.halving import Pieces
from engines.memory import largest_fit, ran_out, release
from engines.modality import Modality
from engines.process.paths import Path
from engines.training.augment import augment
from engines.training.draws import draw, generator
from engines.training.ema import ema_update
from engines.training.objective import Goal, backward, seeded
from engines.training.objectives.base import PIXELS, Known, Setting
from engines.training.plan import TrainPlan, gentler
from engines.training.portions import PORTIONS, Portions
from engines.training.state import TrainState
from engines.training.validation import validate

PATIENCE = 3  # bad updates in a row: one or two are an unlucky batch


@dataclass(slots=True)
class Trainer:
    """Steps a state forward by a plan.

    Args:
        state: weights, average and optimiser; changed in place.
        plan: every number of the training.
        path: the process to train on.
        data: what is learnt from.
        device: where to compute.
        known: what the objective may know beside the data.
        portions: how many samples are looked at on the side.

    Step k's examples, noise, times and dropped labels depend on (plan.seed, k) only.
    """

    state: TrainState
    plan: TrainPlan
    path: Path
    data: Source
    device: Device
    known: Known = PIXELS
    portions: Portions = PORTIONS[Modality.IMAGE]
    parts: int = 1
    refused: int = 0
    speed: float = field(default=0.0)
    torn: bool = False  # whether an error cut an update short: some weights are those before it and some those after
    pieces: Pieces = field(init=False)

    def __post_init__(self) -> None:
        """Take for what is computed on the side no more samples at once than the user does."""
        self.pieces = Pieces(min(self.plan.batch, self.portions.at_once), self.device.title, self.portions.noun)

    def run(self) -> Iterator[Event]:
        """Train to the end of the plan, yielding a `Trained` a step and a `Validated` when due.

        Raises Diverged after three steps in a row without a finite gradient, OutOfMemory when not even half
        the batch fits, or a single image of the validation; the state is then that of the last good step.
        """
        if self.owing and (found := self.validated()):
            yield found
        while self.state.step < self.plan.steps:
            begin = time.perf_counter()
            halved = self.parts
            loss, norm = self._step()
            seconds = time.perf_counter() - begin
            now = self.plan.batch / seconds
            # smoothed, or the estimate of the time left would jump with every step
            self.speed = 0.9 * self.speed + 0.1 * now if self.speed else now
            if self.parts > halved:
                yield Said(f"Memory is short: the batch of {self.plan.batch} is now computed in halves.")
            yield Trained(self.state.step, self.plan.steps, loss, self.plan.rate(self.state.step - 1), self.speed, norm)
            if self.due(self.plan.validate_every) and (found := self.validated()):
                yield found

    @property
    def owing(self) -> bool:
        """Whether the state was kept after a step, but before the validation that was due there."""
        state = self.state
        return (state.step > state.began and self.due(self.plan.validate_every)
                and (not state.validations or state.validations[-1][0] < state.step))

    def due(self, every: int) -> bool:
        """Whether what happens every so many steps happens after the step just done."""
        return self.plan.due(every, self.state.step, self.state.began)

    def _step(self) -> tuple[float, float]:
        """One update; returns its loss and gradient norm. An update that is not finite is left out."""
        state, plan = self.state, self.plan
        # set from the step alone, so that a resumed run needs no scheduler state
        for group in state.optimiser.param_groups:
            group["lr"] = plan.rate(state.step)
        state.network.train()
        loss = self._gradients(plan.batch)
        norm = float(nn.utils.clip_grad_norm_(state.network.parameters(), plan.clip))
        # one bad batch is left out rather than fatal: AdamW's moments would never recover from a NaN
        if math.isfinite(loss) and math.isfinite(norm):
            self.refused, self.torn = 0, True
            cast(Any, state.optimiser).step()
            ema_update(state.average, state.network, state.step, plan.ema)
            self.torn = False
        else:
            self._refuse(loss)
        # counted even when refused: the same examples and noise again would fail again
        state.step += 1
        state.losses.append(loss)
        return loss, norm

    def _refuse(self, loss: float) -> None:
        """Count an update that is not finite; raise Diverged at the third in a row."""
        self.refused += 1
        if self.refused >= PATIENCE:
            what = "gradient" if math.isfinite(loss) else "loss"
            rate, now = self.plan.learning_rate, self.plan.rate(self.state.step)
            reached = f", of which the warm-up had reached {now:.2g}" if self.state.step + 1 < self.plan.warmup else ""
            raise Diverged(f"Training diverged at step {self.state.step + 1:,}: the {what} is not finite at learning "
                           f"rate {rate:g}{reached}; try {gentler(rate):g}.")

    def _gradients(self, batch: int) -> float:
        """Gradients of this step's batch; when memory runs out, once more in halves."""
        try:
            return self._backward(batch, self.parts)
        except Exception as error:
            if not ran_out(error):
                raise
        release()
        return self._in_halves(batch)

    def _in_halves(self, batch: int) -> float:
        """The step again in two parts; raises OutOfMemory with the batch that would fit."""
        if self.parts == 1 and batch > 1:
            try:
                loss = self._backward(batch, 2)
            except Exception as error:
                if not ran_out(error):
                    raise
                release()
            else:
                self.parts = 2
                return loss
        # tried out with real steps: an estimate from sizes would miss what the device keeps for itself
        fits = largest_fit(lambda size: self._backward(size, 1), -(-batch // 2))
        remedy = f"a batch of {fits} fits" if fits else f"choose {self.portions.smaller}"
        raise OutOfMemory(f"{self.device.title} has too little memory for a batch of {batch}, even in halves; "
                          f"{remedy}.")

    def _backward(self, batch: int, parts: int) -> float:
        """Gradients of the first `batch` examples of this step, in parts; returns their loss."""
        state, plan = self.state, self.plan
        state.optimiser.zero_grad(set_to_none=True)
        x0, labels = self.data.drawn(plan.seed, state.step, plan.batch)
        if plan.mirror or plan.shift:
            x0 = augment(x0, plan.seed, state.step, mirror=plan.mirror, shift=plan.shift)
        goal = self.goal
        draws = goal.prepared(x0, labels, draw(plan.seed, state.step, tuple(x0.shape), self.path, plan.class_dropout),
                              generator(plan.seed, state.step, "objective"))
        # dropout inside the network draws from torch's own generator
        # multiplied by a prime beyond any usual number of steps, so that step 1 of seed 0 is not step 0 of seed 1
        with seeded(plan.seed * 1_000_003 + state.step, self.device):
            return backward(state.network, goal, x0[:batch], labels[:batch], draws, parts)

    @property
    def goal(self) -> Goal:
        """What the step that comes next is to learn."""
        setting = Setting(self.path, self.plan.prediction, self.state.step, self.plan.steps, self.known)
        return Goal(setting, self.device, self.plan.objective)

    def validated(self) -> Validated | None:
        """Validation loss of the average by noise level, also put on record; None where nothing is held back."""
        x0, labels = self.data.held_back(self.portions.validation)
        if not len(x0):
            return None
        found = validate(self.state.average, self.goal, x0, labels, self.pieces)
        self.state.validations.append([self.state.step, found.loss, *cast(list[float], found.by_level.tolist())])
        return Validated(self.state.step, found.loss, found.levels, found.by_level)

