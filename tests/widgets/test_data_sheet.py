"""Data sheet and logarithmic plot."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from widgets.charts.curve_plot import Curve
from widgets.charts.log_plot import LogPlot, LogScale, fit_log
from widgets.pictures.data_sheet import PAGE, DataSheet, SheetFacts, sheets


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


@pytest.mark.parametrize("count", [0, 1, 39, 40, 41, 62, 200])
def test_every_picture_comes_on_one_sheet(count: int) -> None:
    """The first one is a spread from the first picture to the last."""
    found = sheets(count)
    assert sorted(place for sheet in found for place in sheet) == list(range(count))
    assert all(len(sheet) <= PAGE for sheet in found)
    if count:
        assert (found[0][0], found[0][-1]) == (0, count - 1)


def test_a_sheet_that_does_not_show_all_says_so(qtbot: QtBot) -> None:
    """And turns to the others, each with its own caption."""
    sheet = DataSheet()
    qtbot.addWidget(sheet)
    sheet.show()
    pictures = [np.full((8, 8, 1), k, np.uint8) for k in range(62)]
    sheet.show_sheet(pictures, [str(k) for k in range(62)], SheetFacts("Pets", total="62"))
    assert (sheet.grid.count, sheet.shown) == (40, "40 of 62 shown")
    first = {sheet.grid.caption(k) for k in range(40)}
    qtbot.mouseClick(sheet.others, Qt.MouseButton.LeftButton)
    assert sheet.shown == "22 of 62 shown"
    assert first | {sheet.grid.caption(k) for k in range(22)} == {str(k) for k in range(62)}
    qtbot.mouseClick(sheet.others, Qt.MouseButton.LeftButton)
    assert sheet.shown == "40 of 62 shown"
    sheet.show_sheet(pictures[:5], ["x"] * 5, SheetFacts("Few", total="5"))
    assert (sheet.shown, sheet.others.isVisible()) == ("", False)


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
