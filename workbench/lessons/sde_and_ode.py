"""The reverse SDE and the probability-flow ODE of one trained network have the same marginals at every time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import apart, bend, noised, of
from workbench.lessons.ran import Ran

# the SDE by DDPM's steps, which are exact for a single datum: by Euler's the first of as many are too long, so that
# the clouds are 0.15 apart
RUN = {"data": {"name": "moons"}, "prior": "points-moons", "steps": 60, "count": 1000}
MOMENTS = (0.25, 0.5, 0.75, 0.9, 1.0)  # shares of the run


def between(runs: Sequence[Ran]) -> float:
    """The largest energy distance of SDE and ODE at the same time."""
    sde, ode = runs
    return max(apart(sde.x[sde.step(share)], ode.x[ode.step(share)]) for share in MOMENTS)


def to_truth(runs: Sequence[Ran]) -> float:
    """The largest energy distance of either to the noisy data at the same time."""
    return max(apart(ran.x[ran.step(share)], noised(ran, ran.step(share))) for ran in runs for share in MOMENTS)


def parted(runs: Sequence[Ran]) -> float:
    """The mean distance of where the same noise ends: by chance, or by the flow."""
    return float(np.linalg.norm(runs[0].end - runs[1].end, axis=1).mean())


LESSON = Lesson(
    name="sde-ode", title="SDE and ODE: one network, equal marginals", place=30,
    look=("Single paths are jagged at the left and smooth at the right, and the same noise ends at other places.",
          "Scrub: at every time both clouds cover the same density, for the two have equal marginals."),
    panels=(Panel("SDE, DDPM", "sample-points", {**RUN, "sampler": {"name": "ddpm"}}),
            Panel("ODE, Heun", "sample-points", {**RUN, "sampler": {"name": "heun"}})),
    facts=(Fact("between", "largest energy distance of SDE and ODE at one time", between, most=0.01),
           Fact("to_truth", "largest energy distance of either to the noisy data", to_truth, most=0.01),
           Fact("parted", "mean distance of the ends of the same noise", parted, least=0.5),
           Fact("sde_bend", "SDE: length of the paths over distance", of(0, bend), least=4),
           Fact("ode_bend", "ODE: length of the paths over distance", of(1, bend), most=2)),
    at=1.0)
