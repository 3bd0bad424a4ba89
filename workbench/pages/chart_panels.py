"""What stands under a chart: its values as a table, and how far the measured ones are from the exact ones."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from widgets.charts.curve_plot import CurvePlot
from widgets.charts.data import ChartSheet
from widgets.charts.difference import ALONE, differences, heading
from widgets.charts.log_plot import fit_log
from widgets.charts.values import ChartValues
from widgets.drawing.tips import wrapped
from workbench.parts import column, label

TITLE = "Measured against exact"
NOTHING = "The values of a chart stand here as soon as something is measured."
NO_VALUES = "This chart is a picture; its export as CSV has every value."
ABOVE = "The table above has every value; Ctrl+C copies it as it is sorted."
HELP = ("What was measured against the exact line beside it: their difference, or, where the axis is logarithmic, "
        "their ratio, which is 1 where both agree.")


class ValuesPanel(QWidget):
    """Every value of a chart. Signals: read(float) with the x of the row that the user went to."""

    read = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.head, self.table = label("Values", "head"), ChartValues()
        self._empty = label(NOTHING, "quiet")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._rooms = QStackedWidget()
        for widget in (self.table, self._empty):
            self._rooms.addWidget(widget)
        layout = column(self.head, self._rooms, margins=(14, 8, 14, 8), spacing=6, parent=self)
        layout.setStretchFactor(self._rooms, 1)
        self.table.read.connect(self.read)

    def show_sheet(self, sheet: ChartSheet | None) -> None:
        """Show the values of a chart, or that there are none yet."""
        self.head.setText("Values" if sheet is None else f"Values · {sheet.title}")
        self.table.set_sheet(sheet)
        bare = sheet is None or sheet.broad or sheet.shade is not None
        self._empty.setText(NOTHING if sheet is None else ABOVE if sheet.table is not None else NO_VALUES)
        self._rooms.setCurrentWidget(self._empty if bare else self.table)

    def read_at(self, x: float | None) -> None:
        """Go to the row of an x."""
        self.table.read_at(x)


class DifferencePanel(QWidget):
    """One plot. Signals: read(float) with the x of the value nearest to a click."""

    read = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.plot = CurvePlot(TITLE, axes=True, legend=True)
        self.plot.setToolTip(wrapped(HELP))
        self.plot.picked.connect(lambda x: self.read.emit(self.plot.nearest(x)))
        column(self.plot, margins=(12, 10, 12, 8), parent=self)

    def show_sheet(self, sheet: ChartSheet | None) -> None:
        """Compare the lines of a chart."""
        curves = differences(sheet) if sheet is not None else []
        self.plot.set_title(heading(sheet) if sheet is not None and curves else TITLE)
        self.plot.set_empty_text(ALONE if sheet is not None else "Appears with the values of a chart.")
        self.plot.set_x_title(sheet.x.title if sheet is not None else "")
        self.plot.set_log_x(sheet is not None and sheet.x.log)
        self.plot.set_curves(curves, scale=fit_log([curve.y for curve in curves]) if sheet and sheet.y.log else None)

    def read_at(self, x: float | None) -> None:
        """Put the cursor at an x, or take it away."""
        self.plot.set_cursor(x)
