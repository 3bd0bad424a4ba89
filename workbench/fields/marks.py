"""What a view shows of points beside their places: a vector at each, in its own units."""

from __future__ import annotations

import numpy as np

from engines.process.tweedie import eps_of, score_of
from workbench.frames import CHANGE, NOISE, PULL, PULLS, SCORE, Recorded, Schedule, View

# how the scale of each view is called
MARKS = {CHANGE: "move", NOISE: "noise", SCORE: "score by x\u0302\u2080", PULL: "guidance"}



def read(view: View, one: float) -> float:
    """What a vector of length 1 of a view reads where a distance of 1 reads `one`: noise has no unit."""
    return 1.0 if view is NOISE else 1 / one if view is SCORE else one


def marks(run: Recorded, schedule: Schedule, index: int, view: View, most: int) -> np.ndarray | None:
    """The vectors (N, d) of a recorded step for at most `most` points; None where the view has none there."""
    x, x0 = (np.asarray(part[:most], np.float64) for part in (run.x(index), run.x0(index)))
    if view is CHANGE:
        return np.asarray(run.x(min(index + 1, run.last))[:most], np.float64) - x
    if view is PULL:
        moves = [np.asarray(d[:most], np.float64) for d in (run.delta(name, index) for name in PULLS) if d is not None]
        return np.sum(moves, axis=0) if moves else None
    alpha, sigma = float(schedule.alpha[index]), float(schedule.sigma[index])
    if sigma <= 0:
        return None
    return eps_of(x, x0, alpha, sigma) if view is NOISE else score_of(x, x0, alpha, sigma)
