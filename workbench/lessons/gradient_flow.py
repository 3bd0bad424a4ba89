"""Gradient descent as Euler’s method on the gradient flow."""

from __future__ import annotations

from engines.chart import slope
from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of, value_at
from workbench.lessons.ran import Ran

FLOW, LEAVING = "Distance to the flow", "Below and beyond 2/L"


def order(ran: Ran) -> float:
    """The power of τ with which the distance to the flow falls, by the five shortest steps."""
    series = ran.series("Descent", FLOW)
    return slope(series.x[:5], series.y[:5])[0]


LESSON = Lesson(
    name="gradient-flow", title="Gradient descent is Euler on the gradient flow", place=150,
    look=("A step of gradient descent is a step of Euler’s method along dx/dt = −∇f: half the step size, half the "
          "distance to the flow.",
          "Up to τ = 2/L descent comes closer to the minimum, at 2/L it jumps to and fro for ever, and beyond it "
          "leaves, although the flow itself always arrives."),
    panels=(Panel("Descent and flow", "study", {"study": "gradient-flow"}),),
    facts=(Fact("order", "power of τ with which the distance falls", of(0, order), least=0.95, most=1.05),
           Fact("below", "|x| after 30 steps of 1.9/L, from 1",
                of(0, lambda ran: value_at(ran, LEAVING, "τ = 1.9/L", 30)), most=0.1),
           Fact("at", "|x| after 30 steps of 2/L, from 1", of(0, lambda ran: value_at(ran, LEAVING, "τ = 2/L", 30)),
                least=1, most=1),
           Fact("beyond", "|x| after 30 steps of 2.1/L, from 1",
                of(0, lambda ran: value_at(ran, LEAVING, "τ = 2.1/L", 30)), least=10)))
