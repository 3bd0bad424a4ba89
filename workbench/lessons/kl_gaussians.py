"""KL of two Gaussians: by the formula, and by the mean over samples."""

from __future__ import annotations

from engines.chart import slope
from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of
from workbench.lessons.ran import Ran


def gap(ran: Ran) -> float:
    """How far the mean over the most samples is from the formula, in nats."""
    return abs(ran.series("Estimate").y[-1] - ran.series("Formula").y[-1])


def power(ran: Ran) -> float:
    """The power of n with which the error falls."""
    series = ran.series("Measured", "Error of the estimate")
    return slope(series.x, series.y)[0]


LESSON = Lesson(
    name="kl", title="KL of two Gaussians, by formula and by sampling", place=130,
    look=("The mean of log p − log q over samples of p is right at any number of samples; only its bars are wide for "
          "few.",
          "Its error falls as 1/√n, in every dimension: a hundred times the samples for one more digit, while the "
          "formula has all of them at once."),
    panels=(Panel("KL of two Gaussians", "study", {"study": {"name": "kl-gaussians", "repeats": 100}}),),
    facts=(Fact("gap", "gap of formula and mean over the most samples, nats", of(0, gap), most=0.01),
           Fact("power", "power of n with which the error falls", of(0, power), least=-0.6, most=-0.4)))
