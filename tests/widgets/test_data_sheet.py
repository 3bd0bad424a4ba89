"""Data sheet and logarithmic plot."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from widgets.curve_plot import Curve
from widgets.data_sheet import DataSheet, SheetFacts
from widgets.log_plot import LogPlot, LogScale, fit_log


def test_a_sheet_names_classes_and_what_was_left_out(qtbot: QtBot) -> None:
    """Every reason is readable, further ones are counted, and a thousand classes are painted row by row."""
    sheet = DataSheet()
    qtbot.addWidget(sheet)
    sheet.resize(700, 400)
    sheet.show()
    classes = tuple((f"class {k}", k + 1) for k in range(1000))
    bad = (("a.png", "“a.png” is empty (0 bytes); choose another picture."),)
    sheet.show_sheet([np.zeros((8, 8, 1), np.uint8)] * 3, ["x"] * 3, SheetFacts("Pets", ("3 images",), classes, bad, 7))
    sheet.grab()
    assert sheet.grid.count == 3
    assert "a.png" in sheet.left_out
    assert "7 more" in sheet.left_out
    assert not sheet.side.isHidden()
    sheet.clear("Looking at the data …")
    assert sheet.side.isHidden()
    assert sheet.grid.count == 0


def test_a_logarithmic_axis_is_readable_in_less_than_a_decade() -> None:
    """Losses from 0.3 to 0.9 get labels at 0.5 too; many decades get powers of ten."""
    assert LogScale(0.28, 0.95, True).ticks(4) == pytest.approx([0.3, 0.5, 0.7, 0.9])
    assert LogScale(0.08, 1.2, True).ticks(4) == [0.1, 0.2, 0.5, 1.0]
    assert LogScale(1e-6, 1.2, True).ticks(4) == [1e-6, 1e-4, 1e-2, 1.0]


def test_values_without_a_logarithm_are_left_out(qtbot: QtBot) -> None:
    """Zero, negative and missing values neither break the scale nor the painting."""
    assert fit_log([np.array([0.0, np.nan])]) is None
    plot = LogPlot("Loss", axes=True)
    qtbot.addWidget(plot)
    plot.set_curves([Curve("training", "accent", np.array([1.0, np.nan, 0.0, 0.1]))])
    plot.grab()
    assert plot.readout == "0.100"
