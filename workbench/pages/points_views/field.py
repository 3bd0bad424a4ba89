"""The field: particles over the density they come from, in up to four panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from widgets.drawing.plane import Box
from widgets.drawing.theme import mark
from widgets.fields.brush import SPRAY
from widgets.fields.line import line_extent
from widgets.fields.panels import FieldPanels
from widgets.fields.point_field import PointField
from workbench.fields.drawing import Ground
from workbench.fields.frames import ENDS, EXTENT
from workbench.pages.field_tools import LAYERS, STYLES, FieldTools
from workbench.pages.plane_look import look_again, look_of, shown_whole
from workbench.pages.point_plots import PointPlots
from workbench.pages.points_view import Around, PointsView
from workbench.pages.points_views.paint_bar import BrushBar, PaintBar
from workbench.parts import column, frame, label, note_line, row
from workbench.running.mailbox import LiveRun

INVITATION = "This is the density of the data itself. Run sends points through it, from noise to data."


class FieldPage(QWidget):
    """The canvas: panels of the plane or of a line, and under them a place for what is measured of the runs.

    Signals: probed(float, float) with a point of the data; unprobed(); selected(int, int) with panel and particle;
    layers_changed() when a layer is shown or hidden; pressed(int) with a panel; reached() when the canvas goes
    farther, or less far.

    Attributes: start, the button that runs the form; paint and spray, the tools of a density that is painted
    and of points that are drawn; below, a layout for what stands under the panels, empty at first; titles: of runs
    beside others, by run.
    """

    probed = Signal(float, float)
    unprobed = Signal()
    selected = Signal(int, int)
    layers_changed = Signal()
    pressed = Signal(int)
    reached = Signal()

    def __init__(self, tools: FieldTools) -> None:
        super().__init__()
        self.tools, self.titles = tools, dict[str, str]()
        self.plane, self.line = FieldPanels("Points"), FieldPanels("Density", line=True)
        self.course = FieldPanels("Density over time", line=True)
        self.plane.plane.set_extent(EXTENT)
        self.line.plane.set_extent(line_extent(*ENDS, 1.0))
        self.note = note_line("What there is to know of this run")
        self.invitation, self.start = frame("canvas"), QPushButton("Run")
        self.paint, self.spray = PaintBar(), BrushBar(SPRAY)
        self.below = column()
        self.stack = QStackedWidget()
        for panels in self._kinds():
            self.stack.addWidget(panels)
            panels.probed.connect(self.probed)
            panels.unprobed.connect(self.unprobed)
            panels.selected.connect(self.selected)
            panels.pressed.connect(self.pressed)
        tools.toggled.connect(self._toggled)
        self._arrange()
        self._apply()

    def _arrange(self) -> None:
        ground = frame("canvas")
        mark(self.start, primary=True)
        row(label(INVITATION, "quiet"), self.start, 1, margins=(20, 0, 20, 14), spacing=12, parent=self.invitation)
        layout = column(self.stack, self.paint, self.spray, self.invitation, parent=ground)
        layout.addLayout(self.below)
        layout.addWidget(self.note)
        layout.setStretchFactor(self.stack, 1)
        column(ground, parent=self)

    def invite(self, on: bool) -> None:
        """Say what to do while no run is shown."""
        if self.invitation.isHidden() is on:
            self.invitation.setVisible(on)

    @property
    def panels(self) -> FieldPanels:
        """Those that are shown."""
        return next(panels for panels in self._kinds() if panels is self.stack.currentWidget())

    def _kinds(self) -> tuple[FieldPanels, FieldPanels, FieldPanels]:
        return self.plane, self.line, self.course

    def show_course(self, extent: Box) -> None:
        """Let the panels of time look at an extent of it."""
        if self.course.plane.extent != extent:
            self.course.plane.set_extent(extent)

    @property
    def fields(self) -> tuple[PointField, ...]:
        """The fields that are shown."""
        return self.panels.fields

    def shows(self, layer: str) -> bool:
        """Whether a layer is shown."""
        return self.tools.shown(layer)

    def show_ground(self, ground: Ground) -> None:
        """Show the panels of the plane with an extent, or of a line up to a highest density and as far as is asked."""
        line, before = self.course if self.shows("course") else self.line, (self.far(line=True), self.far(line=False))
        self.stack.setCurrentWidget(line if ground.line else self.plane)
        if ground.line:
            self.line.plane.set_extent(line_extent(-ground.far, ground.far, ground.highest))
        elif self.plane.plane.extent != ground.extent:
            look = look_of(self.plane.plane)
            self.plane.plane.set_extent(ground.extent)
            look_again(self.plane.plane, look)  # whoever looked closer still does
        if before != (self.far(line=True), self.far(line=False)):
            self.reached.emit()

    def far(self, *, line: bool) -> float:
        """How far from 0 is looked at, on a line or in the plane along its longer side."""
        _, _, right, top = (self.line if line else self.plane).plane.extent
        return right if line else max(right, top)

    @property
    def first_view(self) -> tuple[float, float]:
        """How far from 0 each number of a point is shown to, before one looks closer or moves."""
        panels, room = self.panels, self.fields[0].plate()
        (across, up), zoom = panels.plane.scale(room), panels.plane.zoom
        # on a line one looks closer at the values alone
        right, top = room.width() * zoom / across / 2, room.height() * (1 if panels.plane.line else zoom) / up / 2
        return (top, top) if panels is self.course else (right, top)  # across the course goes time

    def set_captions(self, captions: Sequence[str]) -> None:
        """Show as many panels as there are captions."""
        more = len(captions) > len(self.fields)
        self.panels.set_captions(captions)
        if more:
            self._apply()

    def tell(self, note: str) -> None:
        """Say under the canvas what there is to know of the run on it, "" for nothing."""
        if note != self.note.text():
            self.note.setText(note)
            self.note.setVisible(bool(note))

    def _toggled(self, layer: str, on: bool) -> None:
        for field in (field for panels in self._kinds() for field in panels.fields):
            field.show_layer(layer, on)
        self.layers_changed.emit()

    def _apply(self) -> None:
        for name, *_ in LAYERS:
            for field in (field for panels in self._kinds() for field in panels.fields):
                field.show_layer(name, self.shows(name))


def titles() -> dict[str, str]:
    """What the layers are called, by their names."""
    return {name: title for name, title, *_ in (*LAYERS, *STYLES)}


class Field(PointsView):
    """Particles, densities and vectors; the controllers of the workspace draw them."""

    name: ClassVar[str] = "field"

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._tools = FieldTools(around.actions)
        self._tools.toggled.connect(lambda name, on: around.say(f"Layer “{titles()[name]}” of points is "
                                                                f"{'shown' if on else 'hidden'}"))
        self.page = FieldPage(self._tools)
        self._plots = PointPlots()

    @property
    def plots(self) -> PointPlots:
        """The sizes of the terms, and how far the runs of all panels are from the truth at every step."""
        return self._plots

    @property
    def widget(self) -> QWidget:
        """The panels."""
        return self.page

    @property
    def tools(self) -> FieldTools:
        """Which layers are shown."""
        return self._tools

    def show(self, live: LiveRun | None) -> None:
        """Nothing: the controllers follow the stage by themselves."""

    @property
    def kept(self) -> dict[str, Any]:
        """Where the panels of the plane and of the line look."""
        return {"plane": look_of(self.page.plane.plane), "line": look_of(self.page.line.plane)}

    def bring_back(self, kept: Mapping[str, Any]) -> None:
        """Let them look there again."""
        look_again(self.page.plane.plane, kept.get("plane"))
        look_again(self.page.line.plane, kept.get("line"))

    def watch(self, changed: Callable[[], object]) -> None:
        """Tell when they look elsewhere."""
        for panels in (self.page.plane, self.page.line):
            panels.plane.changed.connect(changed)

    def fit(self) -> str:
        """Show the whole extent."""
        self.page.panels.plane.fit()
        return shown_whole(self.page.panels.plane)

    def zoom(self, factor: float) -> str:
        """Look closer, at the middle."""
        self.page.fields[0].zoom_by(factor)
        return ""
