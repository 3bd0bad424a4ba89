"""Drawing points with the brush; each stroke is one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from engines.units import Units
from widgets.fields.brush import Brush
from widgets.fields.particles import Particles
from workbench.actions import Spec
from workbench.controllers.points.brush import PointsBrush
from workbench.controllers.points.data import PointsDataController
from workbench.desk import Desk
from workbench.fields.readings import axes
from workbench.pages.points_views.field import FieldPage

FAR = 12.0  # from 0: farther out nothing is drawn by hand on a canvas at the scale of all sets
MOST = 200_000  # points of a drawing


class PointsDrawController(PointsBrush):
    """The brush that sprays points on the plane. It has no signals."""

    TITLE: ClassVar[str] = "drawing"

    def __init__(self, desk: Desk, page: FieldPage, data: PointsDataController, leave: Callable[[], object]) -> None:
        super().__init__(desk, page, data, leave)
        self._field = page.plane.fields[0]
        self._strokes, self._before = list[np.ndarray](), np.zeros((0, 2))
        self._units: Units | None = None  # of the points that are drawn on
        self._field.painted.connect(self._painted)
        self._field.stroke_finished.connect(self._finished)
        desk.actions.add(Spec("points.draw", "Draw points", "Edit", "Shift+D", "brush", section="mask", checkable=True,
                              help="Spray points with the brush; they become the data. [ and ] change its size"),
                         self.toggle)

    def begin(self) -> None:
        """Put the brush into the hand, and any run off the canvas; own points of the plane are drawn on."""
        self._take()
        self._page.stack.setCurrentWidget(self._page.plane)
        self._page.set_captions(["drawing"])
        self._page.invite(False)
        self._field.set_brush(Brush(seed=self._data.version))
        self._field.bare()
        self._units = None
        self._take_up()
        self._field.setFocus()
        self._desk.say("Draw with the mouse; [ and ] change the brush, Esc ends. Then press Run")

    def _put_away(self) -> None:
        self.held = False
        self._field.set_brush(None)
        self._field.set_layer("drawn", None)

    def _told(self) -> str:
        return f"{len(self._before):,} drawn points are the data"

    def _mark(self) -> None:
        self._desk.actions["points.draw"].setChecked(self.held)

    def _own(self) -> np.ndarray:
        """The own points that are drawn on, in their own units."""
        values = self._data.values
        # a density is none either: it has other numbers than those of double precision
        if not self._data.chosen or values is None or values.dtype != np.float64 or values.shape[1] != 2:
            return np.zeros((0, 2))
        return values

    def _take_up(self) -> None:
        """Take up what is drawn on: a drawing lies where it was drawn, other points at the scale of all sets."""
        from engines.data.points.cloud import Cloud

        values = self._before = self._own()
        # a stroke on points of a file makes a drawing in the units of these
        if len(values) and (self._data.title != self.TITLE or (self._units is None and np.abs(values).max() > FAR)):
            self._units = Cloud.of(values, self._data.title, self._data.names).units
        elif not len(values):
            self._units = None
        self._field.set_layer("axes", axes(self._units, line=False))
        self._show()

    def _painted(self, points: np.ndarray) -> None:
        if not self.held:  # another brush is in the hand
            return
        self._strokes.append(points)
        self._show()

    def _finished(self) -> None:
        """A stroke is done: it is part of the data now."""
        if not self.held:
            return
        new, self._strokes = np.concatenate([np.zeros((0, 2)), *self._strokes]), []
        drawn = np.concatenate([self._before, new if self._units is None else self._units.restored(new)])
        if len(drawn) > MOST:
            self._desk.complain(f"A drawing holds up to {MOST:,} points; this stroke is left out. Undo some, or save "
                                "them as a file.")
        elif len(drawn) > 1:
            self._data.put(drawn, self.TITLE, "Draw points", () if self._units is None else self._units.names)
        self._show()

    def _show(self) -> None:
        own = self._before if self._units is None else self._units.standard(self._before)
        points = np.concatenate([own, *self._strokes])
        self._field.set_empty_text("Draw here.")
        self._field.set_layer("drawn", Particles(points) if len(points) else None)
