"""The plots of a model of points that learns: its loss, and how far its estimate is off by noise level."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.charts.curve_plot import Curve
from widgets.charts.log_plot import LogPlot
from widgets.drawing.tips import wrapped
from workbench.fields.belief_course import BeliefCourse, SharedBelief
from workbench.pages.train_panels import binned
from workbench.parts import column
from workbench.running.mailbox import History

OFF = "Error of x̂₀"  # short: the names of both curves stand beside it also where the plot is narrow
HELP = ("Root mean square of a coordinate of the learned estimate minus the exact one, over data that the model never "
        "learned from. At the left these are all but pure noise, at the right all but clean. The whole line is of the "
        "preview that is shown, the dashed one of the first: between them is what has been learned since. The upright "
        "line is at the noise that the slider over the canvas has chosen.")
LOSS = ("Training is what the network was taught by, smoothed over the steps; validation the same of the averaged "
        "weights on points that no step learns from. The upright line is at the preview that the slider under the "
        "canvas shows, and the figures at the right are the losses there.")
NO_TRUTH = "Nothing is exact to compare with: what is learned is no mean of the data."


class BeliefPlots(QWidget):
    """Loss over error. Signals: step_picked(int) with a step of the loss; level_picked(int) with a noise level."""

    step_picked = Signal(int)
    level_picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._shared: SharedBelief | None = None
        self.loss = LogPlot("Loss", axes=True, x_title="step", legend=True)
        self.loss.set_empty_text("The loss appears with the first steps.")
        self.loss.setToolTip(wrapped(LOSS))
        self.error = LogPlot(OFF, axes=True, x_title="log-SNR", legend=True)
        self.error.setToolTip(wrapped(HELP))
        self.loss.picked.connect(lambda x: self.step_picked.emit(round(x)))
        self.error.picked.connect(self._picked)
        layout = column(self.loss, self.error, margins=(12, 10, 12, 8), spacing=8, parent=self)
        for k in range(2):
            layout.setStretch(k, 1)

    def show_loss(self, history: History) -> None:
        """Draw the losses of training and validation."""
        steps, losses = history.validated.columns("step", "loss")
        self.loss.set_curves([binned(history.trained, "loss", "training", "accent"),
                              Curve("validation", "guidance", losses, steps)] if len(history.trained) else [])

    def show_step(self, course: BeliefCourse, step: int, level: int) -> None:
        """Draw the errors after a step beside those of the first preview, with the cursor at a noise level."""
        self._shared = course.shared
        self.loss.set_cursor(float(step) if step else None)
        now, first = course.by_step.get(step), next(iter(course.by_step.items()), None)
        self.error.set_empty_text(NO_TRUTH if now is not None else "Appears with the first preview.")
        if self._shared is None or now is None or not len(now.errors):
            self.error.set_curves(())
            return
        xs, curves = log_snr(self._shared), [Curve("shown", "accent", now.errors, log_snr(self._shared))]
        if first is not None and first[0] != step:
            curves.append(Curve("first", "text2", first[1].errors, xs, dashed=True, silent=True))
        self.error.set_curves(curves)
        self.error.set_cursor(float(xs[level]) if level < len(xs) else None)

    def _picked(self, x: float) -> None:
        if self._shared is not None:
            self.level_picked.emit(int(np.abs(log_snr(self._shared) - x).argmin()))


def log_snr(shared: SharedBelief) -> np.ndarray:
    """Of the noise levels: (T,), as fine as an axis tells them."""
    return np.round(2 * np.log(shared.levels[:, 0] / shared.levels[:, 1]), 1)
