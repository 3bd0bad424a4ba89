"""Where the points of a projection were, and where each strength brought them."""

from __future__ import annotations

import numpy as np

from engines.errors import BadInput
from widgets.fields.projections import Projections
from workbench.desk import Desk
from workbench.fields.drawing import Ground
from workbench.running.mailbox import LiveRun

TASK = "project-points"
MOST = 80  # points of which arrows are drawn


def projected(desk: Desk, live: LiveRun, ends: np.ndarray, ground: Ground) -> Projections | None:
    """Arrows from the first points of a finished projection to their ends; None for any other run, or on a line.

    ends: (strengths·count, 2), all points from the first strength, then from the next.
    """
    if live.task != TASK or ground.line or live.trajectory is None or live.trajectory.first:
        return None
    try:
        named = desk.library.run(live.run).options.get("strengths", ())
    except BadInput:  # gone from the library
        return None
    starts = live.trajectory.x(0)
    if not named or len(starts) % len(named) or starts.shape != ends.shape:
        return None
    count = len(starts) // len(named)
    shown = ends.reshape(len(named), count, 2)[:, :MOST]
    told = " · ".join(f"{percent / 100:g}" for percent in named)
    return Projections(starts[:count][:MOST], shown, f"brought back from {told}")
