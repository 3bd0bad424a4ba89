"""The field: particles over the density they come from, in up to four panels."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from widgets.field_line import line_extent
from widgets.field_panels import FieldPanels
from widgets.plane import Box
from widgets.point_field import PointField
from workbench.field_frames import ENDS, EXTENT
from workbench.mailbox import LiveRun
from workbench.pages.points_view import Around, PointsView
from workbench.parts import column, frame, note_line

ZOOM_NAMES = ("Points", "Density")


class FieldPage(QWidget):
    """The canvas: panels of the plane or of a line, and under them a place for what is measured of the runs.

    Signals: probed(float, float) with a point of the data; unprobed(); selected(int, int) with panel and particle.

    Attributes: below, what stands under the panels, empty at first.
    """

    probed = Signal(float, float)
    unprobed = Signal()
    selected = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.plane, self.line = FieldPanels("Points"), FieldPanels("Density", line=True)
        self.plane.plane.set_extent(EXTENT)
        self.note = note_line("What there is to know of this run")
        self.below = column()
        self.stack = QStackedWidget()
        for panels in (self.plane, self.line):
            self.stack.addWidget(panels)
            panels.probed.connect(self.probed)
            panels.unprobed.connect(self.unprobed)
            panels.selected.connect(self.selected)
        ground = frame("canvas")
        layout = column(self.stack, parent=ground)
        layout.addLayout(self.below)
        layout.addWidget(self.note)
        layout.setStretchFactor(self.stack, 1)
        column(ground, parent=self)

    @property
    def panels(self) -> FieldPanels:
        """Those that are shown."""
        return self.plane if self.stack.currentWidget() is self.plane else self.line

    @property
    def fields(self) -> tuple[PointField, ...]:
        """The fields that are shown."""
        return self.panels.fields

    def show_dimension(self, dimension: int, highest: float = 1.0) -> None:
        """Show the panels of the plane or of a line up to a highest density."""
        self.stack.setCurrentWidget(self.plane if dimension > 1 else self.line)
        extent: Box = line_extent(*ENDS, highest)
        if dimension == 1 and self.line.plane.extent != extent:
            self.line.plane.set_extent(extent)

    def tell(self, note: str) -> None:
        """Say under the canvas what there is to know of the run on it, "" for nothing."""
        if note != self.note.text():
            self.note.setText(note)
            self.note.setVisible(bool(note))


class Field(PointsView):
    """Particles, densities and vectors; the controllers of the workspace draw them."""

    name: ClassVar[str] = "field"

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self.page = FieldPage()
        self.signals = QObject(self.page)

    @property
    def widget(self) -> QWidget:
        """The panels."""
        return self.page

    def show(self, live: LiveRun | None) -> None:
        """Nothing: the controllers follow the stage by themselves."""

    def fit(self) -> bool:
        """Show the whole extent."""
        self.page.panels.plane.fit()
        return True

    def zoom(self, factor: float) -> bool:
        """Look closer, at the middle."""
        self.page.fields[0].zoom_by(factor)
        return True
