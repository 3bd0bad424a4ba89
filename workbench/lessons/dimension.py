"""Network calls needed for a given error as the dimension grows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of
from workbench.lessons.ran import Ran


def growth(sampler: str) -> Callable[[Ran], float]:
    """The power of d with which the calls grow, by the formula's curve from d = 4 on."""
    def measure(ran: Ran) -> float:
        series = ran.series(f"{sampler}, formula")
        return float(np.polyfit(np.log(series.x[2:]), np.log(series.y[2:]), 1)[0])

    return measure


def off(ran: Ran) -> float:
    """The largest factor between what DDIM needed and the formula."""
    ratio = np.log(np.divide(ran.series("DDIM").y, ran.series("DDIM, formula").y))
    return float(np.exp(np.abs(ratio).max()))


LESSON = Lesson(
    name="dimension", title="Calls needed as dimension grows", place=110,
    look=("Errors of the coordinates add up, so for the same divergence more dimensions need more steps.",
          "The error of each falls with the square of the steps, hence calls grow with the root of the dimension "
          "only, which is why images can be sampled at all."),
    panels=(Panel("Calls by dimension", "study", {"study": {"name": "dimension", "largest": 32, "error": 0.03}}),),
    facts=(Fact("ddim", "power of d with which the calls of DDIM grow", of(0, growth("DDIM")), least=0.4, most=0.65),
           Fact("ddpm", "power of d with which the calls of DDPM grow", of(0, growth("DDPM ancestral")), least=0.35,
                most=0.7),
           Fact("off", "largest factor between DDIM’s calls and the formula", of(0, off), most=1.5)))
