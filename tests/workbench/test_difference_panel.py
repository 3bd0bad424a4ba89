"""A click on the plot of differences reads the value that the pointer shows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from widgets.charts.data import ChartAxis, ChartLine, ChartSheet, LineKind
from workbench.pages.chart_panels import DifferencePanel

CALLS = np.array([5.0, 20.0, 60.0])
MEASURED = ChartLine("DDIM", CALLS, np.array([4.0, 3.0, 2.0]), np.zeros(0))
EXACT = ChartLine("Formula", CALLS, np.ones(3), np.zeros(0), LineKind.EXACT)


def test_a_click_reads_what_the_pointer_shows(qtbot: QtBot) -> None:
    """Both the nearest on the screen: on a logarithmic axis 38 calls are nearer to 60 than to 20."""
    panel, read = DifferencePanel(), list[float]()
    qtbot.addWidget(panel)
    panel.resize(500, 200)
    panel.show_sheet(ChartSheet("Error", ChartAxis("Calls", True), ChartAxis("Error", True), (MEASURED, EXACT)))
    panel.show()
    panel.read.connect(read.append)
    room = panel.plot._room()
    place = QPoint(round(panel.plot._pixel(room, 38.0)), round(room.center().y()))
    qtbot.mouseMove(panel.plot, place)
    qtbot.mouseClick(panel.plot, Qt.MouseButton.LeftButton, pos=place)
    assert read == [60]
    assert panel.plot.readout == "2.000"
