"""The plots of runs of points: the size of each term, and the distance to the truth at every step."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from widgets.charts.curve_plot import CurvePlot
from widgets.drawing.tips import wrapped
from workbench.parts import column

TERMS = "Size of each term, L2"
SCALED = "Terms, L2, at unit scale"  # where other numbers are in the units of the user's own points
DISTANCE = "Energy distance"
WHAT = ("The energy distance of a thousand particles to as many points of the data that the forward process has taken "
        "to the same time. The dashed line is that of exact points: what lies as low differs by chance alone.")


class PointPlots(QWidget):
    """Two plots, one over the other; what fills them is a controller's. It has no signals.

    Attributes: terms, distance.
    """

    def __init__(self) -> None:
        super().__init__()
        self.terms, self.distance = CurvePlot(TERMS), CurvePlot(DISTANCE, legend=True)
        self.distance.setToolTip(wrapped(WHAT))
        for plot in (self.terms, self.distance):
            plot.set_empty_text("Curves appear while a run goes on.")
        self.distance.stand_under(self.terms)
        layout = column(self.terms, self.distance, margins=(12, 10, 12, 8), spacing=8, parent=self)
        layout.setStretch(0, 1)
        layout.setStretch(1, 1)
