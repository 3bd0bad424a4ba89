"""Classifier-free guidance sharpens a class, and pushes it away from the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench import bridge
from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of, spread
from workbench.lessons.ran import Ran

DATA = {"name": "ring", "modes": 8, "spread": 0.2}
LABEL = 1  # of the mode at the upper right, which is called “2”


def panel(scale: float, caption: str) -> Panel:
    """A run of one class at one guidance."""
    return Panel(caption, "sample-points", {"data": DATA, "label": str(LABEL + 1), "guidance": scale, "steps": 60,
                                            "count": 1000, "sampler": {"name": "heun"}})


def narrower(scaled: int) -> Callable[..., float]:
    """The spread of a panel over that of guidance 1."""
    return lambda runs: spread(runs[scaled].end) / spread(runs[1].end)


def outward(ran: Ran) -> float:
    """How far the mean of the samples lies beyond that of the class, away from the middle of the ring."""
    truth = ran.data.mixture()
    if truth is None:
        return float("nan")
    mean = bridge.array(truth.means[LABEL])
    return float(np.linalg.norm(ran.end.mean(0)) - np.linalg.norm(mean))


LESSON = Lesson(
    name="guidance", title="Guidance sharpens a class and moves it", place=70,
    look=("Guidance 0 ignores the class and fills all eight blobs, 1 samples the class as it is, and more than 1 "
          "squeezes it.",
          "The samples of 3 and 8 lie outside of the blob that 1 fills, away from the other ones: guidance samples no "
          "density that the data have."),
    panels=(panel(0.0, "Guidance 0"), panel(1.0, "Guidance 1"), panel(3.0, "Guidance 3"), panel(8.0, "Guidance 8")),
    facts=(Fact("wider_at_0", "spread at guidance 0, of that at 1", narrower(0), least=2),
           Fact("narrower_at_3", "spread at guidance 3, of that at 1", narrower(2), most=0.9),
           Fact("narrower_at_8", "spread at guidance 8, of that at 1", narrower(3), most=0.7),
           Fact("moved_at_1", "shift of the mean at guidance 1", of(1, outward), least=-0.05, most=0.05),
           Fact("moved_at_8", "shift of the mean at guidance 8", of(3, outward), least=0.15)),
    layers=frozenset({"density"}))
