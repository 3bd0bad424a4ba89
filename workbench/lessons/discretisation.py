"""Order of discretisation: half the step, 2^-p of the error."""

from __future__ import annotations

from collections.abc import Callable

from engines.chart import slope
from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.ran import Ran

ORDERS = {"DDIM": 1, "Heun": 2, "DPM-Solver++ 2M": 2, "Runge–Kutta 4": 4}


def order(title: str) -> Callable[..., float]:
    """The slope of the last three values of a sampler."""
    def measure(runs: list[Ran]) -> float:
        series = runs[0].series(title)
        return -slope(series.x[-3:], series.y[-3:])[0]

    return measure


LESSON = Lesson(
    name="order", title="Order of discretisation", place=80,
    look=("Twice the calls leave DDIM half the error, Heun and DPM-Solver++ a quarter and Runge–Kutta a sixteenth: "
          "the slope is the order.",
          "At few calls the lines meet, for high order pays with short steps only; DPM-Solver++ reuses its last "
          "call where Heun makes a second one, and so lies to its left."),
    panels=(Panel("Orders", "study", {"study": "order"}),),
    facts=tuple(Fact(f"order_{p}_{title.split('-')[0].split('–')[0].lower()}", f"order of {title}", order(title),
                     least=p - 0.25, most=p + 0.25) for title, p in ORDERS.items()))
