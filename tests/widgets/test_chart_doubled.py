"""Lines of a chart that cover one another."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from widgets.charts.data import ChartAxis, ChartLine, ChartSheet, LineKind
from widgets.charts.paint import ChartPainter, doubled
from widgets.drawing.theme import LIGHT


def test_a_line_that_lies_on_an_earlier_one_is_dashed_so_that_both_are_seen(qtbot: QtBot) -> None:
    del qtbot  # fonts need an application
    x = np.linspace(0, 1, 50)
    lines = tuple(ChartLine(name, x, y, np.zeros(0), LineKind.EXACT) for name, y in (
        ("one", 1 - x), ("other", x), ("same", 1 - x), ("shorter", 1 - x)))
    lines = (*lines[:3], ChartLine("shorter", x[:-1], 1 - x[:-1], np.zeros(0), LineKind.EXACT))
    assert doubled(lines) == {"same"}
    sheet = ChartSheet("Lines", ChartAxis("x"), ChartAxis("y"), lines[:3])
    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    with QPainter(picture) as painter:
        drawn = ChartPainter(sheet, LIGHT, QSizeF(400, 300))
        drawn.draw(painter)
    plot = drawn.rooms.plot.toRect()
    seen = {picture.pixelColor(a, b).name() for a in range(plot.left(), plot.right())
            for b in range(plot.top(), plot.bottom())}
    assert {drawn.colours[name].name() for name in ("one", "other", "same")} <= seen
