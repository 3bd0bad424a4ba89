"""Gradient descent as Euler's method on the gradient flow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from engines.chart import Axis, Chart, Role, Series, slope
from engines.component import option
from engines.events import Charted, Progressed
from engines.formula import Letter
from engines.studies.base import Study, Told

HALVINGS = 10
SHOWN = 30  # steps of the chart of descents that leave for good
RATES = (0.5, 1.9, 2.0, 2.1)  # step size τ × L


class GradientFlow(Study):
    """F(θ) = ½ L θ², whose flow dθ/dt = −∇F is θ₀·exp(−L t) and whose descent is θ₀·(1 − τL)^i."""

    name: ClassVar[str] = "gradient-flow"
    title: ClassVar[str] = "Gradient descent as Euler’s method"
    summary: ClassVar[str] = "Its error falls with the step size itself, order 1; beyond 2/L it leaves for good."
    formula: ClassVar[tuple[str, ...]] = (
        r"\theta_{i+1} = \theta_i - \tau \nabla F(\theta_i)", r"\frac{\partial \theta}{\partial t} = -\nabla F(\theta)")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\theta", "what descends"), Letter("F", "what it descends: ½ L θ²"),
        Letter(r"\tau", "the size of a step of descent"), Letter("i", "the number of the step, from 0"))

    curvature: float = option(1.0, title="Curvature", symbol="L", gt=0, le=100, help="The second derivative of F.")
    time: float = option(2.0, title="Time", ge=0.1, le=10, unit="1/L",
                         help="How long the flow goes on; descent makes as many steps as that takes.")

    def descent(self, size: float, steps: int) -> np.ndarray:
        """The states (steps+1,) of gradient descent from 1, one gradient after the other."""
        states = np.ones(steps + 1)
        for n in range(steps):
            states[n + 1] = states[n] - size * self.curvature * states[n]
        return states

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the error by step size, halved again and again, and descents with steps below and beyond 2/L."""
        del seed
        sizes, errors, exact = list[float](), list[float](), list[float]()
        for k in range(HALVINGS):
            steps = max(1, round(self.time)) * 2**k
            size = self.time / self.curvature / steps
            gap = abs(self.descent(size, steps)[-1] - math.exp(-self.time))
            sizes, errors = [size, *sizes], [float(gap), *errors]
            # the first term of (1 − τL)^i − e^{−T} in τ; its sign is that of descent running ahead
            exact = [size * self.curvature * self.time / 2 * math.exp(-self.time), *exact]
            yield Charted(self._order(sizes, errors, exact))
            yield Progressed(k + 1, HALVINGS + 1)
        yield Charted(self._beyond())
        yield Progressed(HALVINGS + 1, HALVINGS + 1)

    def _order(self, sizes: list[float], errors: list[float], exact: list[float]) -> Chart:
        # the finest half: the power is that of small steps
        fine = slice(0, max(2, len(sizes) // 2))
        series = [Series.of("Descent", sizes, errors),
                  Series.of("First term, L T e⁻ᵀ τ/2", sizes, exact, (), Role.EXACT, "Descent")]
        remark = "Half the step, half the error."
        if len(sizes) > 2:
            remark = f"Half the step, half the error: the order measured is {slope(sizes[fine], errors[fine])[0]:.2f}."
        return Chart("Distance to the flow", Axis("Step size τ", log=True),
                     Axis("|descent − flow| at the end", log=True), tuple(series), remark=remark)

    def _beyond(self) -> Chart:
        steps, series = np.arange(SHOWN + 1), list[Series]()
        for rate in RATES:
            name = f"τ = {rate:g}/L"
            series.append(Series.of(name, steps, np.abs(self.descent(rate / self.curvature, SHOWN))))
            series.append(Series.of(f"{name}, |1 − τL|ⁱ", steps, np.abs(1 - rate) ** steps, (), Role.EXACT, name))
        return Chart("Below and beyond 2/L", Axis("Step i"), Axis("|θ|", log=True), tuple(series),
                     remark="At τ = 2/L it jumps to and fro for ever; any larger step grows without end.")
