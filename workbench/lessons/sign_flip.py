"""Reversing an SDE by flipping the sign of time fails: the score is what reverses it."""

from __future__ import annotations

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import energy, of, spread

# a path of little noise: on others what goes wrong leaves any canvas within a few steps
RUN = {"data": {"name": "ring"}, "path": {"name": "vp-linear", "beta_max": 6.0}, "steps": 200, "count": 1500}

LESSON = Lesson(
    name="sign-flip", title="Flipping the sign does not reverse an SDE", place=40,
    look=("At the left the reverse SDE, whose drift has the score in it, brings noise back to the ring.",
          "At the right time merely runs backward, which is wrong: without the score noise is added where it should "
          "leave, nothing asks what the data are, and the cloud spreads without end."),
    panels=(Panel("Reverse SDE, with the score", "sample-points", {**RUN, "sampler": {"name": "euler-maruyama"}}),
            Panel("WRONG: sign flipped", "sample-points", {**RUN, "sampler": {"name": "flipped"}})),
    facts=(Fact("right", "with the score: energy distance to the data", of(0, energy), most=0.02),
           Fact("wrong", "sign flipped: energy distance to the data", of(1, energy), least=1),
           Fact("wrong_spread", "sign flipped: spread, where the data have 1", of(1, lambda ran: spread(ran.end)),
                least=3)),
    layers=frozenset({"density"}), at=0.7)
