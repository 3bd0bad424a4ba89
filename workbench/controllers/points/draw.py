"""Drawing points with the brush; each stroke is one step of undo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from widgets.fields.brush import Brush
from widgets.fields.particles import Particles
from workbench import bridge
from workbench.actions import Spec
from workbench.controllers.points.data import PointsDataController
from workbench.desk import Desk
from workbench.pages.points_views.field import FieldPage

TITLE = "drawing"
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
        self._before = self._own()
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
        """The own points that are drawn on, at the scale of the canvas."""
        values = self._data.values
        # a density is none either: it has other numbers than those of double precision
        if not self._data.chosen or values is None or values.dtype != np.float64 or values.shape[1] != 2:
            return np.zeros((0, 2))
        if self._data.title == TITLE:
            return values
        from engines.data.points.cloud import Cloud

        return bridge.array(Cloud.of(values).points)

    def _painted(self, points: np.ndarray) -> None:
        if not self.drawing:  # another brush is in the hand
            return
        self._strokes.append(points)
        self._show()

    def _finished(self) -> None:
        """A stroke is done: it is part of the data now."""
        if not self.drawing:
            return
        drawn, self._strokes = np.concatenate([self._before, *self._strokes]), []
        if len(drawn) > MOST:
            self._desk.complain(f"A drawing holds up to {MOST:,} points; this stroke is left out. Undo some, or save "
                                "them as a file.")
        elif len(drawn) > 1:
            self._data.put(drawn, TITLE, "Draw points")
        self._show()

    def _changed(self) -> None:
        """The data are others: by a stroke, by undo, or from elsewhere."""
        if self.drawing:
            self._before = self._own()
            self._show()

    def _show(self) -> None:
        points = np.concatenate([self._before, *self._strokes])
        self._field.set_empty_text("Draw here.")
        self._field.set_layer("drawn", Particles(points) if len(points) else None)
