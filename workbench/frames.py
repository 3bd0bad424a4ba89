"""What the canvas shows of a recorded step: float arrays (B, C, H, W) in [−1, 1], ready to paint."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engines.process.tweedie import eps_of, score_of


class Recorded(Protocol):
    """The part of a trajectory that frames need: states, estimates and term moves by step."""

    @property
    def first(self) -> int:
        """Index of the first recorded step."""
        ...

    @property
    def last(self) -> int:
        """Index of the last recorded step."""
        ...

    def x(self, i: int) -> np.ndarray:
        """State (B, C, H, W)."""
        ...

    def x0(self, i: int) -> np.ndarray:
        """Estimate of the data (B, C, H, W)."""
        ...

    def delta(self, name: str, i: int) -> np.ndarray | None:
        """Move of a term (B, C, H, W), None where the run has no such term."""
        ...


class Schedule(Protocol):
    """The part of an opened run that frames need: (N+1,) of the path at every step."""

    @property
    def alpha(self) -> np.ndarray:
        """Factor of the data."""
        ...

    @property
    def sigma(self) -> np.ndarray:
        """Standard deviation of the noise."""
        ...


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a step: `label` on its button, `title` and `help` for its tooltip."""

    name: str
    label: str
    title: str
    help: str


STATE = View("state", "x\u209c", "State", "The state x\u209c at this step, brought to the size of a picture.")
ESTIMATE = View("estimate", "x\u0302\u2080", "Estimate", "What the model believes the finished picture is.")
CHANGE = View("change", "Δ", "Change", "What this step changes, grey where nothing moves.")
NOISE = View("noise", "noise", "Noise estimate", "The noise the model sees in the state.")
SCORE = View("score", "∇ log p", "Score", "The gradient of log p(x\u209c), −ε̂/σ: where noisy data become more "
             "likely, guidance included. Grey is zero; each step has its own scale.")
PULL = View("pull", "pull", "Pull of guidance and known pixels",
            "What class guidance, the mask or the measurement add to this step’s move. Grey is zero.")
VIEWS = (STATE, ESTIMATE, CHANGE, NOISE, SCORE, PULL)
PULLS = ("likelihood", "guidance")
MOVES = (NOISE, SCORE, PULL)  # what has no value where there is no noise


def view_named(name: str) -> View:
    """The view of a name, that of the states where there is none."""
    return next((view for view in VIEWS if view.name == name), STATE)


def is_finished(view: View, index: int, total: int) -> bool:
    """Whether a step of a run with samples shows these, and not a state on the way; total: index of its last step."""
    return view is STATE and index == total


def source(run: Recorded, schedule: Schedule, index: int, view: View) -> int:
    """The recorded step whose values a view shows: at the end, which has no noise and moves nothing, the one before."""
    ended = index == run.last if view is CHANGE else view in MOVES and schedule.sigma[index] <= 0
    return max(index - 1, run.first) if ended else index


def frames(run: Recorded, schedule: Schedule, index: int, view: View, most: int | None = None) -> np.ndarray | None:
    """Images (B, C, H, W) of a step, or None where the view has nothing to show, as at the picture that Noise begins
    with; at the end of a run the values of its last move.

    index counts from 0 and must be recorded; most: samples wanted at most.
    """
    if view is STATE:
        return run.x(index)[:most] / size(schedule, index)
    if view is ESTIMATE:
        return run.x0(index)[:most]
    index = source(run, schedule, index, view)
    if view is CHANGE:
        return signed(run.x(min(index + 1, run.last))[:most] - run.x(index)[:most])
    if schedule.sigma[index] <= 0:
        return None
    if view is NOISE:
        # A normal variable stays within ±3, so that a third of it fills the range of grey.
        return eps_of(*_parts(run, schedule, index, most)) / 3
    if view is SCORE:
        return signed(score_of(*_parts(run, schedule, index, most)))
    moves = [d[:most] for d in (run.delta(name, index) for name in PULLS) if d is not None]
    return signed(np.sum(moves, axis=0)) if moves else None


def size(schedule: Schedule, index: int) -> float:
    """How large a state is at a step, for a picture of unit variance: 1 on most paths, 100 where variance explodes.

    States are divided by it to be seen, or all but the last few of such a path would be black and white.
    """
    return math.hypot(float(schedule.alpha[index]), float(schedule.sigma[index]))


def painted_on(state: np.ndarray, scale: float, paint: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """A state (C, H, W) of that size with what `paint` lays over it as it is seen; the rest is exactly the same."""
    seen = state / scale
    over = paint(seen)
    return np.where(over == seen, state, over * scale)


def _parts(run: Recorded, schedule: Schedule, index: int,
           most: int | None) -> tuple[np.ndarray, np.ndarray, float, float]:
    """x, x0_hat, alpha and sigma of a step, by the run's own path."""
    return run.x(index)[:most], run.x0(index)[:most], float(schedule.alpha[index]), float(schedule.sigma[index])


def signed(d: np.ndarray) -> np.ndarray:
    """Signed values (B, C, H, W) on one scale for the whole batch: grey is zero."""
    # one scale for all samples, so that they can be compared; the floor keeps an unmoved batch grey
    return d / max(float(np.abs(d).max()), 1e-6)
