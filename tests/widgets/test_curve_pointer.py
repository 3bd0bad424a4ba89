"""What a plot tells under the pointer, where curves are read at their own x alone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets.charts.curve_plot import Curve, CurvePlot

TAKEN, OTHERS = np.array([5.0, 20.0, 60.0]), np.array([10.0, 60.0])
LEFT, RIGHT = 34, 398  # px with the curves between them


def move(plot: CurvePlot, x: float) -> list[str]:
    """The values told after the pointer moved to a pixel."""
    at, none = QPointF(x, 60), Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, plot.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(plot, event)
    return [value.strip() for value in plot.readout.split("·")]


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    """Two sparse curves, of samplers that take other numbers of calls."""
    made = CurvePlot("Measured ÷ exact", legend=True)
    qtbot.addWidget(made)
    made.resize(400, 100)
    made.set_curves([Curve("DDIM", "prior", np.array([4.0, 3.0, 2.0]), TAKEN, sparse=True),
                     Curve("Heun", "noise", np.array([9.0, 8.0]), OTHERS, sparse=True)])
    made.show()
    return made


def test_the_pointer_reads_the_nearest_value_wherever_it_is(plot: CurvePlot) -> None:
    """Each in its turn, and never none of both; 60 calls are taken by both."""
    told = list(dict.fromkeys(tuple(move(plot, x)) for x in range(LEFT, RIGHT, 3)))
    assert told == [("4.000", "–"), ("–", "9.000"), ("3.000", "–"), ("2.000", "8.000")]
    assert "DDIM 2.000\nHeun 8.000" in plot.tip_at(QPointF(RIGHT, 8)), "over the title"


def test_the_pointer_reads_what_is_nearest_on_the_screen(plot: CurvePlot) -> None:
    """On a logarithmic axis 38 calls lie nearer to 60 than to 20, though 40 is in the middle."""
    plot.set_log_x(True)
    room = plot._room()
    for calls, value in ((28.0, "3.000"), (38.0, "2.000")):
        assert move(plot, plot._pixel(room, calls))[0] == value


def test_a_value_that_comes_in_under_a_resting_pointer_is_read(plot: CurvePlot) -> None:
    """As while the distances of a run are measured."""
    reached = [Curve("DDIM", "prior", np.array([4.0, 3.0]), TAKEN[:2], sparse=True)]
    plot.set_curves(reached, span=(5.0, 60.0))
    assert move(plot, RIGHT) == ["3.000"]
    plot.set_curves([Curve("DDIM", "prior", np.array([4.0, 3.0, 2.0]), TAKEN, sparse=True)], span=(5.0, 60.0))
    assert plot.readout == "2.000"


def test_curves_that_are_not_sparse_are_read_at_the_pointer_itself(plot: CurvePlot) -> None:
    """The line goes through the pointer, and each curve tells its own nearest value."""
    plot.set_curves([Curve("one", "prior", np.array([1.0, 2.0])), Curve("two", "noise", np.array([3.0, 4.0]))])
    assert move(plot, RIGHT) == ["2.000", "4.000"]
    assert plot._pointed() == plot._hover
