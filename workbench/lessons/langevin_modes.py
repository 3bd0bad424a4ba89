"""Langevin dynamics at one noise level keeps the weights it begins with; annealing finds the true ones."""

from __future__ import annotations

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import mode_error, of

# noise of 10 comes from all around, so that each of the three directions is as likely
RUN = {"data": {"name": "unequal-blobs"}, "path": {"name": "ve", "sigma_max": 10.0}, "steps": 120, "count": 1500}

LESSON = Lesson(
    name="langevin", title="Langevin loses modes, annealing finds them", place=60,
    look=("Langevin dynamics at one noise level gives a third of the points to each blob, as many as began on its "
          "side: nothing carries them across the gaps.",
          "Annealed Langevin comes down from high noise, where all blobs are one, and ends with their true weights of "
          "70, 25 and 5 %."),
    panels=(Panel("Langevin at one level", "sample-points",
                  {**RUN, "sampler": {"name": "langevin", "level": 0.3, "size": 0.2}}),
            Panel("Annealed Langevin", "sample-points", {**RUN, "sampler": {"name": "annealed-langevin"}})),
    facts=(Fact("langevin_weight_error", "Langevin: largest error of a blob’s weight", of(0, mode_error), least=0.2),
           Fact("annealed_weight_error", "Annealed Langevin: largest error of a blob’s weight", of(1, mode_error),
                most=0.05)),
    layers=frozenset({"density"}))
