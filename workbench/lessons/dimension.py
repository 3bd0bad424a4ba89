"""Network calls needed for a given error as the dimension grows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines.chart import slope
from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of
from workbench.lessons.ran import Ran


def growth(sampler: str, chart: str = "") -> Callable[[Ran], float]:
    """The power of d with which the measured calls grow from d = 2 on, as the chart has it."""
    def measure(ran: Ran) -> float:
        series = ran.series(sampler, chart)
        return slope(series.x[1:], series.y[1:])[0]

    return measure


def off(ran: Ran) -> float:
    """The largest factor between what DDIM needed and the formula."""
    ratio = np.log(np.divide(ran.series("DDIM").y, ran.series("DDIM, formula").y))
    return float(np.exp(np.abs(ratio).max()))


PANEL = Panel("Calls by dimension", "study", {"study": {"name": "dimension", "largest": 32, "error": 0.06}})
MIXTURE = "Calls for 0.06 nats, mixture"

LESSON = Lesson(
    name="dimension", title="Calls needed as dimension grows", place=110,
    look=("For the same divergence DDIM needs about √d times the calls and DDPM about d to the ⅔, whether each "
          "coordinate is Gaussian or has two peaks; Heun, of order 2, needs d to the ¼ at most.",
          "The bound that is proven for DDPM and any data grows as d itself; what is measured here stays far below it, "
          "which is why images can be sampled at all."),
    panels=(PANEL,),
    facts=(Fact("ddim", "power of d with which the calls of DDIM grow", of(0, growth("DDIM")), least=0.45, most=0.59),
           Fact("ddim_mixture", "the same for the mixture", of(0, growth("DDIM", MIXTURE)), least=0.45, most=0.59),
           Fact("ddpm", "power of d with which the calls of DDPM grow", of(0, growth("DDPM ancestral")), least=0.6,
                most=0.75),
           Fact("ddpm_mixture", "the same for the mixture", of(0, growth("DDPM ancestral", MIXTURE)), least=0.6,
                most=0.75),
           Fact("heun_mixture", "power of d with which the calls of Heun grow, mixture", of(0, growth("Heun", MIXTURE)),
                least=0.1, most=0.35),
           Fact("off", "largest factor between DDIM’s calls and the formula", of(0, off), most=1.5)))
