"""Drawing points with the brush; each stroke is one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from engines.units import Units
from widgets.fields.brush import SPRAY, Brush, Dabs, bounded
from widgets.fields.particles import Particles
from workbench.actions import Spec
from workbench.controllers.points.brush import PointsBrush
from workbench.controllers.points.data import PointsDataController
from workbench.desk import Desk
from workbench.fields.readings import axes
from workbench.pages.points_views.field import FieldPage

FAR = 12.0  # from 0: farther out nothing is drawn by hand on a canvas at the scale of all sets
MOST = 200_000  # points of a drawing
NEEDS = "Draw points first"


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
        self.radius = SPRAY
        self._field.brush_sized.connect(self._sized)
        page.spray.sized.connect(self._choose_size)
        self._declare()

    def _declare(self) -> None:
        add, actions = self._desk.actions.add, self._desk.actions
        add(Spec("points.draw", "Draw points", "Edit", "Shift+D", "brush", section="mask", checkable=True,
                 help="Spray points with the brush; they become the data. [ and ] change its size"), self.toggle)
        add(Spec("points.rub", "Erase points", icon="eraser", checkable=True, needs=NEEDS,
                 help="Take away the points under the brush"), self._turn)
        add(Spec("points.wipe", "Clear points", icon="trash-2", needs=NEEDS, help="Begin with no points"), self.clear)
        self._page.spray.add([(icon, actions[name]) for icon, name in (
            ("eraser", "points.rub"), ("trash-2", "points.wipe"), ("undo-2", "edit.undo"), ("redo-2", "edit.redo"))])
        self._mark()

    def begin(self) -> None:
        """Put the brush into the hand, and any run off the canvas; own points of the plane are drawn on."""
        self._take()
        self._page.stack.setCurrentWidget(self._page.plane)
        self._page.set_captions(["drawing"])
        self._page.invite(False)
        self._page.spray.show()
        self._turn()
        self._field.bare()
        self._units = None
        self._take_up()
        self._field.setFocus()
        self._desk.say("Draw with the mouse; [ and ] change the brush, Esc ends. Then press Run")

    def _put_away(self) -> None:
        self.held = False
        self._page.spray.hide()
        self._field.set_brush(None)
        self._field.set_layer("drawn", None)

    # the brush

    @property
    def _rubs(self) -> bool:
        return self._desk.actions["points.rub"].isChecked()

    def _turn(self) -> None:
        """Take the spray, or the eraser."""
        if self.held:
            self._field.set_brush(Dabs(self.radius) if self._rubs else Brush(self.radius, seed=self._data.version))

    def resize(self, radius: float) -> None:
        """Have a brush of another radius in pixels, in the hand or not."""
        self.radius = bounded(radius)
        self._page.spray.show_size(self.radius)

    def _choose_size(self, radius: float) -> None:
        self._sized(radius)
        if self.held and self._field.brush is not None:
            self._field.brush.radius = radius

    def _sized(self, radius: float) -> None:
        """The brush has another size."""
        if self.held:
            self.resize(radius)

    def clear(self) -> None:
        """Begin with no points; the data stay what they are until the next stroke."""
        if self.held:
            self._before = np.zeros((0, 2))
            self._show()

    def _told(self) -> str:
        return f"{len(self._before):,} drawn points are the data"

    def _mark(self) -> None:
        self._desk.actions["points.draw"].setChecked(self.held)
        self._desk.actions.enable(self.held, "points.rub", "points.wipe")

    # strokes

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
        if self._rubs:
            self._before = self._before[self._left(points)]
        else:
            self._strokes.append(points)
        self._show()

    def _left(self, places: np.ndarray) -> np.ndarray:
        """Whether each point lies outside of the eraser, at all of these places (N, 2) of the canvas: (n,) of bool."""
        own, reach = self._shown(), self.radius / self._field.frame().scale[0]
        left = np.ones(len(own), bool)
        for place in places:
            left &= np.hypot(*(own - place).T) > reach
        return left

    def _finished(self) -> None:
        """A stroke is done: it is part of the data now."""
        if not self.held:
            return
        words = "Erase points" if self._rubs else "Draw points"
        new, self._strokes = np.concatenate([np.zeros((0, 2)), *self._strokes]), []
        drawn = np.concatenate([self._before, new if self._units is None else self._units.restored(new)])
        if len(drawn) > MOST:
            self._desk.complain(f"A drawing holds up to {MOST:,} points; this stroke is left out. Undo some, or save "
                                "them as a file.")
        elif len(drawn) > 1:
            self._data.put(drawn, self.TITLE, words, () if self._units is None else self._units.names)
        elif self._rubs:
            self._desk.say("No two points are left; the data stay what they were until the next stroke")
        self._show()

    def _shown(self) -> np.ndarray:
        """The points that are drawn on, as they lie on the canvas."""
        return self._before if self._units is None else self._units.standard(self._before)

    def _show(self) -> None:
        points = np.concatenate([self._shown(), *self._strokes])
        self._field.set_empty_text("Draw here.")
        self._field.set_layer("drawn", Particles(points) if len(points) else None)
