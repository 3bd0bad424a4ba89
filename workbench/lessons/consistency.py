"""A consistency function reaches the end of the flow in one step, and a network can learn it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import apart, energy, fresh, of
from workbench.lessons.ran import Ran

RUN = {"data": {"name": "moons"}, "count": 1000}
LEARNED = {**RUN, "prior": "points-one-step", "sampler": {"name": "consistency"}}


def first_guess(ran: Ran) -> float:
    """The energy distance to the data of what a denoiser estimates from noise alone: where one step of it ends."""
    return apart(ran.x0[0], fresh(ran, len(ran.end)))


def gap(runs: Sequence[Ran]) -> float:
    """The mean distance of the ends of the network’s one step and of the exact function, from the same noise."""
    return float(np.linalg.norm(runs[0].end - runs[3].end, axis=1).mean())


LESSON = Lesson(
    name="consistency", title="Consistency: the end of the flow in one step", place=90,
    look=("One call of a network that this program trained for consistency ends on the moons, where a denoiser takes "
          "fifty; a second call sharpens them, as the table tells.",
          "It learned the exact function, found by many small steps in the last panel: the same noise ends at nearly "
          "the same points in both."),
    panels=(Panel("Network, 1 call", "sample-points", {**LEARNED, "steps": 1}),
            Panel("Network, 2 calls", "sample-points", {**LEARNED, "steps": 2}),
            Panel("Denoiser, 50 calls", "sample-points", {**RUN, "prior": "points-moons", "steps": 50,
                                                                  "sampler": {"name": "ddim"}}),
            Panel("Exact function", "sample-points", {**RUN, "sampler": {"name": "flow-map"}, "steps": 1})),
    facts=(Fact("one", "consistency network, 1 call: energy distance to the data", of(0, energy), most=0.015),
           Fact("two", "consistency network, 2 calls: energy distance to the data", of(1, energy), most=0.008),
           Fact("denoiser_one", "denoiser network, its first call: energy distance to the data", of(2, first_guess),
                least=0.3),
           Fact("denoiser_fifty", "denoiser network, 50 calls: energy distance to the data", of(2, energy), most=0.015),
           Fact("exact", "exact function, 1 step: energy distance to the data", of(3, energy), most=0.008),
           Fact("gap", "mean distance of network and exact function, point for point", gap, most=0.15)),
    layers=frozenset({"density"}))
