"""How fast the forward process forgets the data: contraction to the Gaussian."""

from __future__ import annotations

import numpy as np

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of
from workbench.lessons.ran import Ran


def last(ran: Ran) -> float:
    """The largest divergence that is left at the end of a path, in nats."""
    return max(series.y[-1] for series in ran.chart("Divergence from noise by time").series)


def shrink(ran: Ran) -> float:
    """By what the divergence falls while −log-SNR grows by 4, from 4 to 8."""
    series = ran.series("Measured", "Divergence from noise by log-SNR")
    return float(np.interp(4, series.x, series.y) / np.interp(8, series.x, series.y))


def over(ran: Ran) -> float:
    """The largest share of the bound that is reached."""
    chart = "Divergence from noise by log-SNR"
    return float(np.max(np.divide(ran.series("Measured", chart).y, ran.series("Bound", chart).y)))


LESSON = Lesson(
    name="forgetting", title="How fast data are forgotten", place=10,
    look=("By time every path forgets at its own pace, and each ends within 10⁻⁷ nats of pure noise.",
          "By log-SNR, in the second chart, all paths are one curve, since only the share of noise counts, and each "
          "unit of it divides what is left by more than e."),
    panels=(Panel("Forgetting", "study", {"study": "forgetting"}),),
    facts=(Fact("left", "largest KL that is left at the end of a path, nats", of(0, last), most=1e-7),
           Fact("shrink", "fall of the KL while log-SNR falls by 4 (e⁴ = 55)", of(0, shrink), least=55),
           Fact("of_bound", "largest share of the bound that is reached", of(0, over), most=1.0)),
    charts=("Divergence from noise by time", "Divergence from noise by log-SNR"))
