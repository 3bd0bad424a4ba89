"""Drawing points with the brush; each stroke is one step of undo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines.units import Units
from widgets.fields.brush import Brush
from widgets.fields.particles import Particles
from workbench.actions import Spec
from workbench.controllers.points.data import PointsDataController
from workbench.desk import Desk
from workbench.fields.readings import axes
from workbench.pages.points_views.field import FieldPage

TITLE = "drawing"
FAR = 12.0  # from 0: farther out nothing is drawn by hand on a canvas at the scale of all sets
MOST = 200_000  # points of a drawing


class PointsDrawController:
    """The brush on the canvas. It has no signals.

    Args:
        desk: shared parts.
        page: the canvas.
        data: takes the points.
        leave: shows again what was before.

    Attributes: drawing, whether the brush is in the hand; before, called when it is taken.
    """

    def __init__(self, desk: Desk, page: FieldPage, data: PointsDataController, leave: Callable[[], object]) -> None:
        self._desk, self._page, self._data, self._leave = desk, page, data, leave
        self.drawing = False
        self.before: Callable[[], object] = lambda: None
        self._field = page.plane.fields[0]
        self._strokes, self._before = list[np.ndarray](), np.zeros((0, 2))
        self._units: Units | None = None  # of the points that are drawn on
        self._field.painted.connect(self._painted)
        self._field.stroke_finished.connect(self._finished)
        data.changed.append(self._changed)
        desk.actions.add(Spec("points.draw", "Draw points", "Edit", "Shift+D", "brush", section="mask", checkable=True,
                              help="Spray points with the brush; they become the data. [ and ] change its size"),
                         self.toggle)

    def toggle(self) -> None:
        """Begin to draw, or end it."""
        if self.drawing:
            self.end()
        else:
            self.begin()

    def begin(self) -> None:
        """Put the brush into the hand, and any run off the canvas; own points of the plane are drawn on."""
        self.before()
        if self._desk.stage.live is not None:
            self._desk.stage.show(None)
        self.drawing = True
        self._mark()
        self._page.stack.setCurrentWidget(self._page.plane)
        self._page.set_captions(["drawing"])
        self._page.invite(False)
        self._field.set_brush(Brush(seed=self._data.version))
        self._field.bare()
        self._units = None
        self._look()
        self._show()
        self._field.setFocus()
        self._desk.say("Draw with the mouse; [ and ] change the brush, Esc ends. Then press Run")

    def end(self) -> bool:
        """Put the brush away; False where there was none."""
        if not self.drawing:
            return False
        self.drawing = False
        self._mark()
        self._field.set_brush(None)
        self._field.set_layers({"drawn": None})
        if self._data.title == TITLE:
            self._data.came()
            self._desk.say(f"{len(self._before):,} drawn points are the data")
        self._leave()
        return True

    def _mark(self) -> None:
        self._desk.actions["points.draw"].setChecked(self.drawing)

    def _own(self) -> np.ndarray:
        """The own points that are drawn on, in their own units."""
        values = self._data.values
        # a density is none either: it has other numbers than those of double precision
        if not self._data.chosen or values is None or values.dtype != np.float64 or values.shape[1] != 2:
            return np.zeros((0, 2))
        return values

    def _look(self) -> None:
        """Take up what is drawn on: a drawing lies where it was drawn, other points at the scale of all sets."""
        from engines.data.points.cloud import Cloud

        values = self._own()
        self._before = values
        # a stroke on points of a file makes a drawing in the units of these
        if len(values) and (self._data.title != TITLE or (self._units is None and float(np.abs(values).max()) > FAR)):
            self._units = Cloud.of(values, self._data.title, self._data.names).units
        elif not len(values):
            self._units = None
        self._field.set_layer("axes", axes(self._units, line=False))

    def _painted(self, points: np.ndarray) -> None:
        if not self.drawing:  # another brush is in the hand
            return
        self._strokes.append(points)
        self._show()

    def _finished(self) -> None:
        """A stroke is done: it is part of the data now."""
        if not self.drawing:
            return
        new, self._strokes = np.concatenate([np.zeros((0, 2)), *self._strokes]), []
        drawn = np.concatenate([self._before, new if self._units is None else self._units.restored(new)])
        if len(drawn) > MOST:
            self._desk.complain(f"A drawing holds up to {MOST:,} points; this stroke is left out. Undo some, or save "
                                "them as a file.")
        elif len(drawn) > 1:
            self._data.put(drawn, TITLE, "Draw points", () if self._units is None else self._units.names)
        self._show()

    def _changed(self) -> None:
        """The data are others: by a stroke, by undo, or from elsewhere."""
        if self.drawing:
            self._look()
            self._show()

    def _show(self) -> None:
        own = self._before if self._units is None else self._units.standard(self._before)
        points = np.concatenate([own, *self._strokes])
        self._field.set_empty_text("Draw here.")
        self._field.set_layer("drawn", Particles(points) if len(points) else None)
