"""A model that learns points: samples of it as they were last drawn, over what it learns from, and its loss."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QWidget

from widgets.curve_plot import Curve
from widgets.field_line import Histogram, line_extent
from widgets.field_particles import Particles
from widgets.log_plot import LogPlot
from widgets.point_field import PointField
from workbench.mailbox import History, LiveRun
from workbench.pages.points_view import Around, PointsView
from workbench.pages.train_panels import binned
from workbench.parts import column, frame

EMPTY = "Press Train to see a model learn the data: its samples appear here while it does."
REACH = 3.0  # data units from the middle to an edge: sets have a variance of 1 a coordinate


class TrainingView(PointsView):
    """Follows a training: the newest samples, and the loss over its steps."""

    name: ClassVar[str] = "training"

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._seen = (-1, -1)  # steps of the samples and of the loss that are drawn
        self.plane, self.line = PointField("Samples of the model"), PointField("Samples of the model", line=True)
        self.loss = LogPlot("Loss", axes=True, x_title="step", legend=True)
        self.loss.set_empty_text("The loss appears with the first steps.")
        self.stack, self._page, self._plots = QStackedWidget(), QWidget(), QWidget()
        for field in (self.plane, self.line):
            field.set_empty_text(EMPTY)
            self.stack.addWidget(field)
        self.plane.plane.set_extent((-REACH, -REACH, REACH, REACH))
        ground = frame("canvas")
        column(self.stack, parent=ground)
        column(ground, parent=self._page)
        column(self.loss, margins=(12, 10, 12, 8), parent=self._plots)

    @property
    def widget(self) -> QWidget:
        """The field."""
        return self._page

    @property
    def plots(self) -> QWidget:
        """The loss."""
        return self._plots

    @property
    def field(self) -> PointField:
        """The field that is shown: of the plane or of a line."""
        return self.line if self.stack.currentWidget() is self.line else self.plane

    def show(self, live: LiveRun | None) -> None:
        """Show another training."""
        self._seen = (-1, -1)
        self._draw(live.history if live is not None else History())

    def grown(self, live: LiveRun) -> None:
        """There are more steps; what is drawn already stays."""
        self._draw(live.history)

    def _draw(self, history: History) -> None:
        steps = history.preview_steps
        seen = (steps[-1] if steps else 0, len(history.trained) + len(history.validated))
        if seen == self._seen:
            return
        if seen[0] != self._seen[0]:
            self._draw_samples(seen[0], history.preview_of(seen[0]))
        self._seen = seen
        steps_of, losses = history.validated.columns("step", "loss")
        self.loss.set_curves([binned(history.trained, "loss", "training", "accent"),
                              Curve("validation", "guidance", losses, steps_of)] if len(history.trained) else [])

    def _draw_samples(self, step: int, points: np.ndarray | None) -> None:
        """Draw samples (N, d) of the averaged weights after a step, None for none."""
        shown = None if points is None else points.astype(np.float64)
        if shown is not None and shown.shape[1] == 1:
            self.stack.setCurrentWidget(self.line)
            bars = Histogram.of(shown[:, 0], -REACH, REACH, colour="prior")
            self.line.plane.set_extent(line_extent(-REACH, REACH, float(bars.density.max())))
            self.line.set_layers({"samples": bars})
        else:
            self.stack.setCurrentWidget(self.plane)
            self.plane.set_layers({"samples": None if shown is None else Particles(shown, "prior")})
        self.field.set_caption("" if shown is None else f"{len(shown):,} samples after step {step:,}")

    def fit(self) -> bool:
        """Show all samples."""
        self.field.fit()
        return True

    def zoom(self, factor: float) -> bool:
        """Look closer, at the middle."""
        self.field.zoom_by(factor)
        return True
