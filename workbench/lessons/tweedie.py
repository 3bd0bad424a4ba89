"""Tweedie’s formula: the score at a point is an arrow from it to the mean of the data that it may come from."""

from __future__ import annotations

import numpy as np

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of, posterior_mean, score_of_density
from workbench.lessons.ran import Ran

RUN = {"data": {"name": "moons"}, "steps": 60, "count": 80, "sampler": {"name": "heun"}}
AT = 0.65
POINTS = 40


def against_the_density(ran: Ran) -> float:
    """The largest difference of x̂₀ and (x + σ² ∇ log p)/α, with log p differentiated numerically."""
    x, x0, alpha, sigma = ran.moment(AT, POINTS)
    return float(np.abs(x0 - (x + sigma**2 * score_of_density(ran, x, ran.step(AT))) / alpha).max())


def against_draws(ran: Ran) -> float:
    """The mean distance of x̂₀ and the mean of draws of the data, weighted by how likely each gives x."""
    x, x0, alpha, sigma = ran.moment(AT, POINTS)
    return float(np.linalg.norm(x0 - posterior_mean(ran, x, alpha, sigma), axis=1).mean())


LESSON = Lesson(
    name="tweedie", title="Tweedie: the score points to the mean", place=20,
    look=("From each particle, a ring, an arrow leads to the mean of all data that it may come from, which is "
          "(xₜ + σ²∇log p)/α: it goes the way that the arrows of ∇log p on the grid show.",
          "They agree exactly at the left, and nearly at the right, where a network that learned to denoise knows "
          "the score without any density."),
    panels=(Panel("Exact denoiser", "sample-points", RUN),
            Panel("Network", "sample-points", {**RUN, "prior": "points-moons"})),
    facts=(Fact("density", "largest gap of x̂₀ and (x + σ² ∇ log p)/α", of(0, against_the_density), most=1e-3),
           Fact("posterior", "mean gap of x̂₀ and the posterior mean by draws", of(0, against_draws), most=0.02),
           Fact("network", "the same gap of the network", of(1, against_draws), most=0.15)),
    layers=frozenset({"density", "score", "paths"}), at=AT, view="estimate", table=False)
