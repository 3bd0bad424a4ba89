"""Curve plot with a logarithmic axis whatever the span, for losses: what matters is by what share they fall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from widgets.charts.curve_plot import Curve, CurvePlot
from widgets.drawing.curve_scale import Scale

MANTISSAS = (1, 2, 5), (1, 2, 3, 4, 5, 6, 7, 8, 9)  # the finer ones where a scale holds less than two of the others


@dataclass(frozen=True, slots=True)
class LogScale(Scale):
    """A logarithmic scale whose ticks stay readable over less than a decade."""

    def round_values(self, count: int) -> list[float]:
        """At most `count` round values inside the scale: powers of ten, with 2 and 5 between where there is room."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        fine = list[float]()
        for mantissas in MANTISSAS:
            every = [m * 10.0**p for p in range(first, last + 1) for m in mantissas]
            fine = [value for value in every if self.low <= value <= self.high]
            if len(fine) > 1:
                break
        if len(fine) <= count + 1:
            return fine
        powers = [10.0**p for p in range(first, last + 1) if self.low <= 10.0**p <= self.high]
        kept = powers if len(powers) > 1 else fine
        return kept[::max(1, -(-len(kept) // max(1, count)))]


def fit_log(arrays: Sequence[np.ndarray]) -> LogScale | None:
    """The logarithmic scale of all positive values, None when there are none."""
    joined = np.concatenate([np.ravel(a) for a in arrays]) if arrays else np.zeros(0)
    positive = joined[np.isfinite(joined) & (joined > 0)]
    if not positive.size:
        return None
    return LogScale(float(positive.min()) / 1.15, float(positive.max()) * 1.15, True)


class LogPlot(CurvePlot):
    """A `CurvePlot` that is always logarithmic. Signals: those of CurvePlot."""

    def set_curves(self, curves: Sequence[Curve], span: tuple[float, float] | None = None,
                   scale: Scale | None = None) -> None:
        """Show curves; values that are not positive are left out."""
        super().set_curves(curves, span, scale or fit_log([np.asarray(c.y) for c in curves]))
