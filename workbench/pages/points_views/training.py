"""A model that learns points: its samples and what it believes at every preview, beside the data and what is exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from engines.shown import REACH
from widgets.fields.line import line_extent
from widgets.fields.panels import FieldPanels
from widgets.fields.point_field import PointField
from widgets.fields.point_tile import point_tile
from workbench.fields.belief_course import Believed, SharedBelief
from workbench.fields.belief_frames import exact_layers, facts, highest_of, learned_layers, noise_words
from workbench.fields.readings import axes
from workbench.pages.belief_plots import BeliefPlots
from workbench.pages.belief_tools import BeliefTools
from workbench.pages.plane_look import look_again, look_of, shown_whole
from workbench.pages.points_view import Around, PointsView
from workbench.parts import column, frame, note_line
from workbench.running.mailbox import History, LiveRun

EMPTY = "Press Train to see a model learn the data: its samples appear here while it does."
SOON = "Samples of the model appear here at its first previews."
EXTENT = (-REACH, -REACH, REACH, REACH)
EXACT = "data and exact"
ALONE = "data; nothing is exact"


def _titled(shared: SharedBelief | None) -> str:
    """What stands beside the samples: which points of the data, and whether anything is exact."""
    title = EXACT if shared is not None and len(shared.exact) else ALONE
    return title if shared is None or not shared.seen else title.replace("data", f"data ({shared.seen})", 1)


class TrainingView(PointsView):
    """Follows a training: the stage's steps are its previews."""

    name: ClassVar[str] = "training"
    lacks: ClassVar[str] = "A training has no states to {}; choose a run of Sample in the library."

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._history = History()
        self._drawn: tuple[object, ...] = ()
        self._step = 0  # of the preview that is drawn
        self._rows = (-1, -1)  # of the losses that are drawn
        self.plane, self.line = FieldPanels("Samples of the model"), FieldPanels("Samples of the model", line=True)
        self.bar, self.curves, self.note = BeliefTools(), BeliefPlots(), note_line("What there is to know of this run")
        self.stack, self._page = QStackedWidget(), QWidget()
        for panels in (self.plane, self.line):
            panels.set_empty_text(EMPTY)
            panels.probed.connect(self._probe)
            self.stack.addWidget(panels)
        self.plane.plane.set_extent(EXTENT)
        self.line.plane.set_extent(line_extent(-REACH, REACH, 1.0))
        ground = frame("canvas")
        column(self.stack, self.note, parent=ground).setStretchFactor(self.stack, 1)
        column(ground, parent=self._page)
        self.bar.changed.connect(lambda: self.moved(around.stage.index))
        self.bar.set_shared(None)
        self.curves.level_picked.connect(self.bar.choose_level)
        self.curves.step_picked.connect(self._go)

    @property
    def widget(self) -> QWidget:
        """The fields."""
        return self._page

    @property
    def tools(self) -> QWidget:
        """Arrows and noise level."""
        return self.bar

    @property
    def plots(self) -> QWidget:
        """Loss and error."""
        return self.curves

    @property
    def panels(self) -> FieldPanels:
        """Those that are shown: of the plane or of a line."""
        return self.line if self.stack.currentWidget() is self.line else self.plane

    @property
    def field(self) -> PointField:
        """That of the model."""
        return self.panels.fields[0]

    def show(self, live: LiveRun | None) -> None:
        """Show another training at the preview of the stage."""
        self._drawn, self._rows = (), (-1, -1)
        for panels in (self.plane, self.line):
            panels.set_empty_text(EMPTY if live is None else SOON)
        self._take(live.history if live is not None else History(), "" if live is None else live.notice)

    def grown(self, live: LiveRun) -> None:
        """There is more of it; what is drawn already stays."""
        self._take(live.history, live.notice)

    def _take(self, history: History, notice: str) -> None:
        self._history = history
        rows = len(history.trained), len(history.validated)
        if rows != self._rows:
            self._rows = rows
            self.curves.show_loss(history)
        self.note.setText(notice)
        self.note.setVisible(bool(notice))
        self.moved(self.around.stage.index)

    def moved(self, index: int) -> None:
        """Draw a preview; the newest where the stage is ahead of what there is."""
        steps, course = self._history.preview_steps, self._history.beliefs
        step = steps[min(max(index, 0), len(steps) - 1)] if steps else 0
        look, wanted = self.bar.look, (step, len(course.by_step), self.bar.look, id(self._history))
        if wanted == self._drawn:
            return
        points = self._history.preview_of(step) if steps else None
        if steps and points is None:
            return  # it just made room for others, which are drawn in a moment
        self._drawn, self._step = wanted, step
        self.bar.set_shared(course.shared)
        self.curves.show_step(course, step, look.level)
        self._draw(step, None if points is None else points.astype(np.float64), course.by_step.get(step))

    def _draw(self, step: int, points: np.ndarray | None, believed: Believed | None) -> None:
        """Draw samples (N, d) of the averaged weights after a step beside the data, None for none."""
        if points is None:
            self.stack.setCurrentWidget(self.plane)
            self.plane.set_captions([""])
            self.field.set_layers({"samples": None, "arrows": None})
            return
        shared = self._history.beliefs.shared if believed is not None else None
        self.stack.setCurrentWidget(self.line if points.shape[1] == 1 else self.plane)
        at = noise_words(shared, self.bar.look.level)
        learned = f"{len(points):,} samples after step {step:,}{at}"
        exact = _titled(shared) + at
        self.panels.set_captions([learned] if shared is None else [learned, exact])
        if points.shape[1] == 1:
            highest = highest_of(points if shared is None else shared.data.astype(np.float64))
            self.line.plane.set_extent(line_extent(-REACH, REACH, highest))
        lines = {"axes": axes(shared.units if shared is not None else None, line=points.shape[1] == 1)}
        self.field.set_layers(learned_layers(points, believed, shared, self.bar.look) | lines)
        if shared is not None:
            self.panels.fields[1].set_layers(exact_layers(shared, self.bar.look) | lines)

    def _probe(self, x: float, y: float) -> None:
        """Say at the pointer what is learned there and what is exact."""
        shared, believed = self._history.beliefs.shared, self._history.beliefs.by_step.get(self._step)
        if shared is None or believed is None or len(self.panels.fields) < 2:
            return
        for field, x0, colour in zip(self.panels.fields, (believed.learned, shared.exact), ("prior", "text"),
                                     strict=True):
            field.set_readout(facts((x, y), x0, shared, self.bar.look, colour))

    def _go(self, step: int) -> None:
        """Go to the preview nearest to a step of the loss."""
        steps = self._history.preview_steps
        if steps:
            self.around.stage.move(min(range(len(steps)), key=lambda k: abs(steps[k] - step)))

    def film(self, index: int) -> QImage | None:
        """The samples of a preview, small."""
        steps = self._history.preview_steps
        points = self._history.preview_of(steps[index]) if 0 <= index < len(steps) else None
        return None if points is None else point_tile(points.astype(np.float64), EXTENT, self.field.theme)

    @property
    def kept(self) -> dict[str, Any]:
        """Arrows and noise level, and where the fields look."""
        return {**self.bar.kept, "plane": look_of(self.plane.plane), "line": look_of(self.line.plane)}

    def bring_back(self, kept: Mapping[str, Any]) -> None:
        """Show the same again."""
        self.bar.bring_back(kept)
        look_again(self.plane.plane, kept.get("plane"))
        look_again(self.line.plane, kept.get("line"))

    def watch(self, changed: Callable[[], object]) -> None:
        """Tell when something else is shown."""
        for signal in (self.bar.changed, self.plane.plane.changed, self.line.plane.changed):
            signal.connect(changed)

    def fit(self) -> str:
        """Show the whole extent."""
        self.panels.plane.fit()
        return shown_whole(self.panels.plane)

    def zoom(self, factor: float) -> str:
        """Look closer, at the middle."""
        self.field.zoom_by(factor)
        return ""
