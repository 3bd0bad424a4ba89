"""The variational bound term by term, and what it costs above −log p."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of
from workbench.lessons.ran import Ran


def figure(name: str) -> Callable[[Ran], float]:
    """A figure that the task reports."""
    return lambda ran: ran.figures[name]


def late(ran: Ran) -> float:
    """The share of L_1 to L_T that the fifth of the chain nearest to the data has."""
    terms = ran.series("Bound", "Terms of the bound")
    x, y = np.array(terms.x), np.array(terms.y)
    return float(y[x <= 0.2].sum() / y.sum())


LESSON = Lesson(
    name="bound", title="The bound, term by term", place=120,
    look=("Every step of the chain adds its divergence: next to nothing at the noise, and most close to the data.",
          "Added up, with L₀ at the end, the sum ends at the marked point, a little above the true −log p; that gap is "
          "what steps of Gaussian shape cost, and more steps close it."),
    panels=(Panel("Bound, 50 steps", "bound", {"data": {"name": "two-blobs"}, "steps": 50, "count": 2000}),),
    facts=(Fact("excess", "bound over the true −log p, nats", of(0, figure("excess")), least=0, most=0.4),
           Fact("last_term", "term at the noise, in nats", of(0, figure("last_term")), most=1e-3),
           Fact("near_data", "share of the terms in the fifth nearest to the data", of(0, late), least=0.6)))
