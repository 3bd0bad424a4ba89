"""A consistency function reaches the end of the flow in one step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import energy, of
from workbench.lessons.ran import Ran

RUN = {"data": {"name": "spiral"}, "count": 1000}


def gap(runs: Sequence[Ran]) -> float:
    """The mean distance of the ends of one step of the function and of fifty of Heun, from the same noise."""
    return float(np.linalg.norm(runs[2].end - runs[0].end, axis=1).mean())


LESSON = Lesson(
    name="consistency", title="Consistency: the end of the flow in one step", place=90,
    look=("One step of DDIM takes all noise to the mean of the data, the best guess from noise and no sample.",
          "One step of the exact consistency function, computed here where models learn it, lands where fifty steps "
          "of Heun end, point for point."),
    panels=(Panel("Heun, 50 steps", "sample-points", {**RUN, "sampler": {"name": "heun"}, "steps": 50,
                                                       "spacing": {"name": "edm"}}),
            Panel("DDIM", "sample-points", {**RUN, "sampler": {"name": "ddim"}, "steps": 1}),
            Panel("Consistency", "sample-points", {**RUN, "sampler": {"name": "flow-map"}, "steps": 1})),
    facts=(Fact("ddim", "DDIM, 1 step: energy distance to the data", of(1, energy), least=0.3),
           Fact("consistency", "consistency, 1 step: energy distance to the data", of(2, energy), most=0.02),
           Fact("heun", "Heun, 50 steps: energy distance to the data", of(0, energy), most=0.02),
           Fact("gap", "mean distance of consistency and Heun, point for point", gap, most=0.05)),
    layers=frozenset({"density"}))
