"""A mixture that is fitted: points in the colours of its components, ellipses that move, and its curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from widgets.fields.layer_tile import layer_tile
from widgets.fields.point_field import PointField
from widgets.fields.probe import Fact
from workbench import bridge
from workbench.fields.fit_course import FitCourse
from workbench.fields.fit_frames import extent, layers, points_of, resting
from workbench.fields.readings import place_facts
from workbench.pages.fit_plots import FitPlots
from workbench.pages.plane_look import shown_whole
from workbench.pages.points_view import Around, PointsView
from workbench.parts import column, frame, note_line
from workbench.running.mailbox import LiveRun

if TYPE_CHECKING:
    from engines.events import FitOpened

EMPTY = "Press Fit to see a mixture found in the points, half a step at a time."
WAITS = "The fit waits for its turn; its half steps appear here."
FEW = 600  # points in a picture of the film
TOLD = 4  # components whose share at the pointer is told, the largest first


class MixtureView(PointsView):
    """Follows a fit: the stage's steps are its half steps."""

    name: ClassVar[str] = "mixture"
    lacks: ClassVar[str] = "A fit has no states to {}; choose a run of Sample in the library."

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._fit, self._notice = FitCourse(), ""
        self._points = np.empty((0, 2))
        self._drawn: FitOpened | None = None  # whose resting layers are drawn
        self.curves = FitPlots()
        self.note = note_line("What had to be mended in this step, and at the end what there is to know of the fit")
        self.plane, self.line = PointField("Mixture"), PointField("Mixture", line=True)
        self.stack = QStackedWidget()
        for field in (self.plane, self.line):
            field.set_empty_text(EMPTY)
            field.probed.connect(self._probe)
            self.stack.addWidget(field)
        self._page = QWidget()
        ground = frame("canvas")
        column(self.stack, self.note, parent=ground).setStretchFactor(self.stack, 1)
        column(ground, parent=self._page)
        self.curves.picked.connect(around.stage.move)

    @property
    def widget(self) -> QWidget:
        """The field."""
        return self._page

    @property
    def plots(self) -> QWidget:
        """The curves of the fit."""
        return self.curves

    @property
    def field(self) -> PointField:
        """The field that is shown: of the plane or of a line."""
        return self.line if self.stack.currentWidget() is self.line else self.plane

    def show(self, live: LiveRun | None) -> None:
        """Show another fit at the step of the stage."""
        for field in (self.plane, self.line):
            field.set_empty_text(EMPTY if live is None else WAITS)
        self._take(live.fit if live is not None else FitCourse(), "" if live is None else live.notice)

    def grown(self, live: LiveRun) -> None:
        """There are more half steps; a run that begins again has a new course."""
        self._take(live.fit, live.notice)

    def _take(self, fit: FitCourse, notice: str) -> None:
        self._fit, self._notice = fit, notice
        self.curves.show_course(fit)
        self.moved(self.around.stage.index)

    def _settle(self) -> None:
        """Draw what stays the same, at the extent of the points."""
        self._drawn, self._points = self._fit.opened, points_of(self._fit)
        self.stack.setCurrentWidget(self.line if self._points.shape[1] == 1 else self.plane)
        self.field.set_layers({"points": None, "components": None, "whole": None})
        if self._fit.opened is not None:
            self.field.plane.set_extent(extent(self._fit))
        self.field.set_layers(resting(self._fit))

    def moved(self, index: int) -> None:
        """Draw a half step; a step may come before the rest of a new run does."""
        if self._fit.opened is not self._drawn:
            self._settle()
        index = min(index, self._fit.last)
        self.curves.set_cursor(index if index >= 0 else None)
        if index < 0:
            self.note.hide()
            self.field.set_caption("")
            return
        step = self._fit.steps[index]
        self.field.set_layers(layers(self._fit, index, self._points))
        self.field.set_caption(self._fit.told(index))
        told = (self._fit.settled and index == self._fit.last and self._notice) or step.note
        self.note.setText(told)
        self.note.setVisible(bool(told))

    def _probe(self, x: float, y: float) -> None:
        """Say at the pointer where that is and which components a point there would belong to."""
        index = min(self.around.stage.index, self._fit.last)
        if index < 0:
            return
        step, opened = self._fit.steps[index], self._fit.opened
        at = np.array([[x, y][:self._points.shape[1]]])
        shares = bridge.responsibilities(at, step.weights, step.means, step.covariances)[0]
        best = np.argsort(-shares)[:TOLD]
        place = place_facts(opened.units if opened is not None else None, at[0])
        self.field.set_readout([*place, *(Fact(f"component {k + 1}", f"{shares[k]:.2f}") for k in best.tolist()
                                          if shares[k] >= 0.005)])

    def film(self, index: int) -> QImage | None:
        """Points and components of a half step, small."""
        if not 0 <= index <= self._fit.last:
            return None
        shown = layers(self._fit, index, self._points[:FEW], labelled=False).values()
        return layer_tile([layer for layer in shown if layer is not None], extent(self._fit), self.field.theme,
                          line=self.field is self.line)

    def fit(self) -> str:
        """Show the whole extent."""
        self.field.fit()
        return shown_whole(self.field.plane)

    def zoom(self, factor: float) -> str:
        """Look closer, at the middle."""
        self.field.zoom_by(factor)
        return ""
