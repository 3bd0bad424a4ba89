"""Painting a density with a soft brush, or drawing its curve on a line; each stroke is one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from widgets.drawing.ruler import Ruler
from widgets.fields.axes import Axes
from widgets.fields.brush import SMALLEST, Dabs, bounded
from widgets.fields.density import Heat
from widgets.fields.layer import Layer
from widgets.fields.line import DensityCurve
from widgets.fields.point_field import PointField
from workbench.actions import Spec
from workbench.controllers.points.brush import PointsBrush
from workbench.controllers.points.data import PointsDataController
from workbench.controllers.points.subjects import HIGH
from workbench.desk import Desk
from workbench.fields.density_ink import area, curved, dabbed, fixed, line_sheet, plane_sheet, taken_up
from workbench.fields.drawing import Ground
from workbench.pages.points_views.field import FieldPage
from workbench.pages.points_views.paint_bar import SIZE, STRENGTH

NEEDS = "Paint a density first"


class PointsPaintController(PointsBrush):
    """The soft brush for a density. It has no signals.

    Attributes: on_line, whether it draws the curve of a density on a line in place of painting one in the plane.
    """

    TITLE: ClassVar[str] = "painting"

    def __init__(self, desk: Desk, page: FieldPage, data: PointsDataController, leave: Callable[[], object]) -> None:
        super().__init__(desk, page, data, leave)
        self.on_line = False
        self.radius, self.strength = SIZE, STRENGTH / 100
        self._sheet = plane_sheet()
        self._ink, self._last = self._sheet.blank(), np.zeros((0, 2))
        for field in (page.plane.fields[0], page.line.fields[0]):
            field.painted.connect(self._painted)
            field.stroke_finished.connect(self._finished)
            field.brush_sized.connect(self._sized)
        page.paint.sized.connect(self._choose_size)
        page.paint.strength_chosen.connect(self._choose_strength)
        self._declare()

    def _declare(self) -> None:
        add, actions = self._desk.actions.add, self._desk.actions
        add(Spec("points.paint", "Paint density", "Edit", "Shift+F", "blend", section="mask", checkable=True,
                 help="Paint a density with a soft brush, or draw its curve on a line; points drawn from it are the "
                      "data. [ and ] change the brush, Ctrl erases"), self.toggle)
        add(Spec("points.erase", "Erase density", icon="eraser", checkable=True, needs=NEEDS,
                 help="Take density away; Ctrl does the same while it is held"), lambda: None)
        add(Spec("points.blank", "Clear density", icon="trash-2", needs=NEEDS, help="Begin with nothing painted"),
            self.clear)
        add(Spec("points.on-line", "On a line", checkable=True, needs=NEEDS,
                 help="Draw the curve of a density of values on a line, or paint one in the plane"), self._turn)
        self._page.paint.add(
            [(icon, actions[name]) for icon, name in (("eraser", "points.erase"), ("trash-2", "points.blank"),
                                                      ("undo-2", "edit.undo"), ("redo-2", "edit.redo"))],
            [actions["points.on-line"]])
        self._mark()

    @property
    def _field(self) -> PointField:
        return (self._page.line if self.on_line else self._page.plane).fields[0]

    def begin(self) -> None:
        """Take the brush for the plane or the line, as the canvas shows one."""
        self._begin(on_line=self._page.stack.currentWidget() is not self._page.plane)

    def _begin(self, *, on_line: bool) -> None:
        """Put the brush into the hand, and any run off the canvas; an own density of the kind is painted on."""
        self.on_line = on_line
        self._take()
        self._prepare()
        self._field.set_brush(Dabs(SMALLEST if on_line else self.radius))
        self._take_up()
        self._field.setFocus()
        self._desk.say("Draw the curve of the density with the mouse; Esc ends. Then press Run" if on_line else
                       "Paint with the mouse; [ and ] change the brush, Ctrl erases, Esc ends. Then press Run")

    def _prepare(self) -> None:
        """Show one empty field of the plane or the line."""
        page = self._page
        page.show_ground(Ground(1 if self.on_line else 2, HIGH))
        page.stack.setCurrentWidget(page.line if self.on_line else page.plane)
        page.set_captions(["density"])
        page.invite(False)
        page.paint.suit(on_line=self.on_line)
        page.paint.show()
        self._sheet = line_sheet(HIGH) if self.on_line else plane_sheet()
        self._field.bare()
        self._field.set_empty_text("Draw a curve here." if self.on_line else "Paint here.")

    def end(self) -> bool:
        """Put the brush away with its bar; False where it was not in the hand."""
        if self.held:
            self._page.paint.hide()
        return super().end()

    def _told(self) -> str:
        return "The painted density is the data"

    def _put_away(self) -> None:
        self.held = False
        self._field.set_brush(None)
        self._field.set_layer("drawn", None)

    def _turn(self) -> None:
        """From the plane to a line, or back."""
        self._put_away()
        self._begin(on_line=not self.on_line)

    def clear(self) -> None:
        """Begin with nothing painted; the data stay what they are until the next stroke."""
        if self.held:
            self._ink = self._sheet.blank()
            self._show()

    def _mark(self) -> None:
        actions = self._desk.actions
        actions["points.paint"].setChecked(self.held)
        actions["points.on-line"].setChecked(self.held and self.on_line)
        actions.enable(self.held, "points.erase", "points.blank", "points.on-line")

    # the brush

    def resize(self, radius: float) -> None:
        """Have a brush of another radius in pixels, in the hand or not."""
        self.radius = bounded(radius)
        self._page.paint.show_size(self.radius)

    def strengthen(self, share: float) -> None:
        """Have a brush that adds another share of what is missing."""
        self.strength = min(max(share, 0.01), 1.0)
        self._page.paint.show_strength(round(100 * self.strength))

    def _choose_size(self, radius: float) -> None:
        self._sized(radius)
        if self.held and not self.on_line and self._field.brush is not None:
            self._field.brush.radius = radius

    def _sized(self, radius: float) -> None:
        """The brush has another size."""
        if self.held and not self.on_line:
            self.resize(radius)

    def _choose_strength(self, percent: int) -> None:
        self.strength = percent / 100

    @property
    def _erases(self) -> bool:
        held = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
        return self._desk.actions["points.erase"].isChecked() is not bool(held)

    # strokes

    def _painted(self, points: np.ndarray) -> None:
        """The mouse has gone through points (N, 2) of the data."""
        if not self.held:
            return
        places = self._sheet.places(points)
        if self.on_line:
            way = np.concatenate([self._last if len(self._last) else places[:1], places])
            self._ink = curved(self._ink, way, erase=self._erases)
        else:
            left, _, right, _ = self._sheet.box
            cells = self._sheet.cells[1] / (right - left) / self._field.frame().scale[0]  # of a pixel
            self._ink = dabbed(self._ink, places, self.radius * cells, self.strength, erase=self._erases)
        self._last = places[-1:]
        self._show()

    def _finished(self) -> None:
        """A stroke is done: it is part of the data now."""
        if not self.held:
            return
        self._last = np.zeros((0, 2))
        density = fixed(self._ink)
        if density.any():
            self._data.put(density, self.TITLE, "Paint density")
        else:
            self._desk.say("Nothing is painted any more; the data stay what they were until the next stroke")

    def _take_up(self) -> None:
        self._ink = taken_up(self._data.values if self._data.chosen else None, self._sheet)
        self._field.set_layer("axes", self._axes())
        self._show()

    def _axes(self) -> Axes:
        """Those of the sheet, whose numbers the data have; upwards a curve reads as the density that comes of it."""
        return Axes(True, up=Ruler(unit=1 / area(self._ink, self._sheet))) if self.on_line else Axes()

    def _show(self) -> None:
        self._field.set_layer("drawn", self._layer() if self._ink.any() else None)

    def _layer(self) -> Layer:
        if not self.on_line:
            return Heat(self._ink[::-1].astype(np.float64), self._sheet.box, "painted density", ends=(0.0, 1.0),
                        full=1.0)  # no dots lie on it
        left, _, right, highest = self._sheet.box
        width = (right - left) / self._ink.shape[1]
        middles = left + width * (np.arange(self._ink.shape[1]) + 0.5)
        return DensityCurve(middles, self._ink[0].astype(np.float64) * highest, "drawn density", filled=True)
