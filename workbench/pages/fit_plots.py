"""The plots of a fit: the log-likelihood with its bound, the gap between them, and BIC by number of components."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.charts.curve_plot import Curve, CurvePlot
from widgets.drawing.curve_scale import Scale
from widgets.drawing.tips import wrapped
from workbench.fields.fit_course import FitCourse
from workbench.parts import column

LEVEL = "Log-likelihood, nats a point"
GAP = "Gap, nats a point"
BIC = "BIC a point, lower is better"
HELP = ("An E step lifts the bound up to the log-likelihood, an M step lifts both: so neither ever falls. The gap is "
        "the divergence of the shares from the posterior, and 0 after an E step.")
SCALED = ("Log p a point, unit scale", "BIC a point, unit scale")  # where others are in the units of a file
EARLY = 2  # half steps before the first M step: the shares of the start are no fit, and their gap would dwarf all else
AIR = 0.06  # of the values' span, above and below


def _scale(*curves: np.ndarray, floor: float = -np.inf) -> Scale | None:
    """The scale that holds all values, from about a floor on; None for the usual one where there are too few."""
    values = np.concatenate(curves)
    values = values[np.isfinite(values)]
    if len(values) < EARLY:
        return None
    low, high = float(values.min()), float(values.max())
    room = AIR * (high - low) or 1.0
    return Scale(max(low - room, floor - AIR * (high - low)), high + room, False)


class FitPlots(QWidget):
    """Three plots, the last one where numbers of components were compared.

    Signals: picked(int) with the half step of a click.
    """

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.level, self.gap = CurvePlot(LEVEL, legend=True), CurvePlot(GAP)
        self.bic = CurvePlot(BIC, legend=True, axes=True, x_title="components")
        for plot in (self.level, self.gap):
            plot.setToolTip(wrapped(HELP))
            plot.picked.connect(lambda x: self.picked.emit(round(x)))
            plot.set_empty_text("The curves of a fit appear here.")
        self.gap.stand_under(self.level)
        layout = column(self.level, self.gap, self.bic, margins=(12, 10, 12, 8), spacing=8, parent=self)
        for k, share in enumerate((3, 2, 3)):
            layout.setStretch(k, share)
        self.bic.hide()

    def show_course(self, fit: FitCourse) -> None:
        """Draw the curves of a fit as far as it is."""
        span = (0.0, float(max(fit.total, 1)))
        # of a point, as sums over thousands are long numbers, and the panel of equations has those
        count = len(fit.opened.points) if fit.opened else 1
        level, bound, gap = (fit.curve(name) / count for name in ("log_likelihood", "bound", "gap"))
        self.level.set_curves([Curve("log-likelihood", "likelihood", level), Curve("bound", "prior", bound)], span,
                              _scale(level, bound[EARLY:]))
        self.gap.set_curves([Curve("gap", "noise", gap)], span, _scale(gap[EARLY:], floor=0.0))
        level_title, bic_title = SCALED if fit.opened is not None and fit.opened.units is not None else (LEVEL, BIC)
        self.level.set_title(level_title)
        self.bic.set_title(bic_title)
        tried = fit.tried[:]
        self.bic.setVisible(bool(tried))
        rows = np.array([(one.components, one.bic / count, one.aic / count) for one in tried]).reshape(-1, 3)
        self.bic.set_curves([Curve("BIC", "good", rows[:, 1], rows[:, 0]),
                             Curve("AIC", "warn", rows[:, 2], rows[:, 0])])
        self.bic.set_cursor(float(rows[rows[:, 1].argmin(), 0]) if tried else None)

    def set_cursor(self, index: int | None) -> None:
        """Put the cursor at a half step, or take it away."""
        for plot in (self.level, self.gap):
            plot.set_cursor(None if index is None else float(index))
