"""Jensen’s gap of DPS by noise level."""

from __future__ import annotations

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of, value_at

GAP, PULL = "Jensen’s gap", "What the gap does"

LESSON = Lesson(
    name="jensen", title="Jensen’s gap of DPS", place=140,
    look=("DPS takes the likelihood of the mean of x₀ for the mean of its likelihoods: near the data, at the left, "
          "both agree.",
          "With much noise that mean is none of the data which xₜ may come from, the gap opens, and DPS pulls many "
          "times too hard, as the second chart shows."),
    panels=(Panel("Jensen’s gap", "study", {"study": "jensen-gap"}),),
    facts=(Fact("gap_data", "gap near the data, −log-SNR −8", of(0, lambda ran: value_at(ran, GAP, "Gap", -8)),
                most=0.02),
           Fact("gap_noise", "gap near the noise, −log-SNR 0", of(0, lambda ran: value_at(ran, GAP, "Gap", 0)),
                least=0.2),
           Fact("pull_data", "pull of DPS over the exact one near the data",
                of(0, lambda ran: value_at(ran, PULL, "Length", -8)), least=0.95, most=1.1),
           Fact("pull_noise", "pull of DPS over the exact one near the noise",
                of(0, lambda ran: value_at(ran, PULL, "Length", 0)), least=5)),
    charts=("Jensen’s gap", "What the gap does to the gradient"))
