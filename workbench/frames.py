"""What the canvas shows of a recorded step: float arrays (B, C, H, W) in [−1, 1], ready to paint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np


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


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a step: `label` on its button, `title` and `help` for its tooltip."""

    name: str
    label: str
    title: str
    help: str


STATE = View("state", "x\u209c", "State", "The state x\u209c at this step.")
ESTIMATE = View("estimate", "x\u0302\u2080", "Estimate", "What the model believes the finished picture is.")
CHANGE = View("change", "Δ", "Change", "What this step changes, grey where nothing moves.")
NOISE = View("noise", "noise", "Noise estimate", "The noise the model sees in the state.")
LIKELIHOOD = View("likelihood", "∇ log p", "Likelihood gradient",
                  "Where the measurement, mask or guidance pulls the state.")
VIEWS = (STATE, ESTIMATE, CHANGE, NOISE, LIKELIHOOD)
PULLS = ("likelihood", "guidance")


def frames(run: Recorded, log_snr: np.ndarray, index: int, view: View, most: int | None = None) -> np.ndarray | None:
    """Images (B, C, H, W) of a step, or None where the view has nothing to show.

    log_snr: (N+1,) of the run's grid; index counts from 0 and must be recorded; most: samples wanted at most.
    """
    if view is STATE:
        return run.x(index)[:most]
    if view is ESTIMATE:
        return run.x0(index)[:most]
    if view is CHANGE:
        last = min(index + 1, run.last)
        return signed(run.x(last)[:most] - run.x(max(last - 1, run.first))[:most])
    if view is NOISE:
        # A normal variable stays within ±3, so that a third of it fills the range of grey.
        return noise_estimate(run, float(log_snr[index]), index, most) / 3
    moves = [d[:most] for d in (run.delta(name, index) for name in PULLS) if d is not None]
    return signed(np.sum(moves, axis=0)) if moves else None


def noise_estimate(run: Recorded, log_snr: float, index: int, most: int | None = None) -> np.ndarray:
    """eps_hat = (x − alpha·x0_hat)/sigma with alpha² = sigmoid(log-SNR), the variance-preserving identity."""
    alpha2 = 1 / (1 + np.exp(-np.clip(log_snr, -40, 40)))
    sigma = np.sqrt(max(1 - alpha2, 1e-6))
    return (run.x(index)[:most] - np.sqrt(alpha2) * run.x0(index)[:most]) / sigma


def signed(d: np.ndarray) -> np.ndarray:
    """Signed values (B, C, H, W) on one scale for the whole batch: grey is zero."""
    return d / max(float(np.abs(d).max()), 1e-6)
