"""Charts beside each other, and the band of what is known by chance alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from widgets.charts.board import ChartBoard
from widgets.charts.data import ChartAxis, ChartLine, ChartSheet, LineKind
from widgets.charts.paint import ChartPainter
from widgets.drawing.numerals import tick_texts
from widgets.drawing.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")  # fonts
X = np.array([1.0, 2.0, 3.0])


def sheet(title: str, remark: str = "") -> ChartSheet:
    """A measured line, and an exact one that is known up to half of its height."""
    lines = (ChartLine("Heun", X, np.array([9.0, 8.0, 7.0]), np.zeros(0)),
             ChartLine("Exact samples", X, np.full(3, 4.0), np.full(3, 2.0), LineKind.EXACT))
    return ChartSheet(title, ChartAxis("Calls"), ChartAxis("Error"), lines, remark)


def test_plots_beside_each_other_begin_and_end_at_one_height(qtbot: QtBot) -> None:
    board = ChartBoard()
    qtbot.addWidget(board)
    board.resize(1100, 420)
    board.show()
    long = "A remark of several sentences, which takes more than a line of words below its chart. " * 3
    board.set_sheets([sheet("Short"), sheet("Another title that is so long that it takes two lines of its tile", long)])
    qtbot.waitUntil(lambda: len(board.tiles) == 2 and board.tiles[0].height() == board.tiles[1].height())
    plots = [chart.rooms.plot for tile in board.tiles if (chart := tile.chart()) is not None]
    assert len(plots) == 2
    assert (plots[0].top(), plots[0].bottom()) == (plots[1].top(), plots[1].bottom())
    alone = ChartPainter(sheet("Short"), LIGHT, QSizeF(board.tiles[0].size())).rooms.plot
    assert plots[0].height() < alone.height(), "the one with fewer words follows"
    assert board.tiles[0].y() == board.tiles[1].y()


def test_the_band_of_a_known_line_is_as_wide_as_its_error_and_has_no_bars() -> None:
    made = sheet("Band")
    chart = ChartPainter(made, LIGHT, QSizeF(600, 400))
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        chart.draw(painter)

    def at(y: float) -> QColor:
        place = chart.place(1.6, y).toPoint()
        return image.pixelColor(place.x(), place.y())

    ground = QColor(LIGHT.bg0)
    pale = at(5.0)
    assert pale != ground
    assert at(3.0) == pale
    assert at(1.7) == at(6.3) == ground
    bar = chart.place(2.0, 5.2).toPoint()
    assert image.pixelColor(bar.x() + 6, bar.y()) == pale
    plain = ChartPainter(replace(made, lines=(made.lines[0], replace(made.lines[1], error=np.zeros(0)))), LIGHT,
                         QSizeF(600, 400))
    with QPainter(image) as painter:
        plain.draw(painter)
    place = plain.place(1.6, 5.0).toPoint()
    assert image.pixelColor(place.x(), place.y()) == ground


def test_ticks_of_several_sizes_have_no_decimals_of_their_own() -> None:
    assert tick_texts([5.0, 10.0, 20.0]) == ["5", "10", "20"]
    assert tick_texts([0.0, 500.0, 1000.0]) == ["0", "500", "1,000"]
