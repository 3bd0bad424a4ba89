"""What stands around the curves of a plot has room: its title, its values, and the numbers at its lines."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFontMetricsF
from pytestqt.qtbot import QtBot

from widgets.charts.curve_head import fit_head, wide
from widgets.charts.curve_plot import Curve, CurvePlot
from widgets.drawing.curve_scale import fit
from widgets.drawing.fonts import words
from widgets.drawing.numerals import brief

pytestmark = pytest.mark.usefixtures("qapp")  # fonts


def test_the_numbers_at_the_left_are_never_cut(qtbot: QtBot) -> None:
    """A plot leaves as much room as its longest number takes, and the plots of one column begin at the same place."""
    fine, coarse = CurvePlot("Energy distance"), CurvePlot("log-SNR")
    for plot in (fine, coarse):
        qtbot.addWidget(plot)
        plot.resize(300, 100)
    coarse.set_curves([Curve("", "prior", np.array([0.0, 10.0]))])
    alone = coarse.left()
    fine.set_curves([Curve("", "prior", np.array([0.00101, 0.00199]))])
    texts = brief(fit([np.array([0.00101, 0.00199])]).ticks(4))
    assert fine.left() >= QFontMetricsF(words(10)).horizontalAdvance(max(texts, key=len)) + 5
    assert fine.left() > alone
    coarse.stand_under(fine)
    ground = QColor(coarse.theme.bg0)
    x = next(x for x in range(300) if coarse.grab().toImage().pixelColor(x, 97) == ground)
    assert x >= int(fine.left())


def test_the_title_of_a_plot_keeps_its_room() -> None:
    """Where several values stand beside it, those that find no room go, from the last; the title is not overrun."""
    values = [(f"{number}.0000", "prior") for number in range(4)]
    for width in (120, 180, 260, 400):
        head = fit_head("Energy distance", ", log", values, width)
        across = QFontMetricsF(words(11)).horizontalAdvance(head.title)
        assert across + wide(head.values) <= width
        assert head.title.startswith("Energy d")
    assert len(fit_head("Energy distance", ", log", values, 400).values) == 4
    assert len(fit_head("Energy distance", ", log", values, 260).values) < 4


def test_a_plot_measures_its_numbers_once_while_the_cursor_moves(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    plot = CurvePlot("Size")
    qtbot.addWidget(plot)
    measured = list[int]()
    monkeypatch.setattr("widgets.charts.curve_plot.wide", lambda texts: measured.append(len(texts)) or 52.0)
    plot.set_curves([Curve("one", "prior", np.linspace(0, 1, 50))])
    for at in range(5):
        plot.set_cursor(at)
        plot.grab()
    assert len(measured) == 1
    assert plot.left() == 52
    plot.set_curves([Curve("one", "prior", np.linspace(0, 1000, 50))])
    plot.resize(300, 200)
    plot.grab()
    assert len(measured) > 1
