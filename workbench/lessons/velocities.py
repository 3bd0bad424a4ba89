"""Flow matching: the marginal velocity is the mean of the conditional ones, and bends where those are straight."""

from __future__ import annotations

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import bend, energy, of, velocity_gap

RUN = {"data": {"name": "ring", "modes": 6, "spread": 0.03}, "path": {"name": "straight"}, "steps": 60, "count": 1200,
       "sampler": {"name": "euler"}}

LESSON = Lesson(
    name="velocity", title="Conditional and marginal velocity", place=50,
    look=("Told its blob, every particle goes straight at the left, and paths cross; the marginal velocity cannot "
          "point two ways at one place and time, so its paths bend and never meet.",
          "Stream lines show that velocity, the mean of all straight ones by how likely each is; at every time both "
          "clouds are of one density, as the table tells."),
    panels=(Panel("Conditional: each its blob", "sample-points", {**RUN, "label": "each"}),
            Panel("Marginal", "sample-points", RUN)),
    facts=(Fact("conditional_bend", "conditional paths: length over distance", of(0, bend), most=1.01),
           Fact("marginal_bend", "marginal paths: length over distance", of(1, bend), least=1.1),
           Fact("mean_gap", "largest gap of the marginal velocity and the weighted mean", of(1, velocity_gap),
                most=1e-6),
           Fact("conditional_energy", "conditional: energy distance to the data", of(0, energy), most=0.02),
           Fact("marginal_energy", "marginal: energy distance to the data", of(1, energy), most=0.02)),
    layers=frozenset({"flow", "paths"}), at=0.85)
