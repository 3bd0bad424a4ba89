"""What stands around the curves of a plot has room: its title, its values, and the numbers at its lines."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from widgets.charts.curve_head import CLOSER, HEAD, MORE, NAMES, fit_head, fit_names, wide
from widgets.charts.curve_plot import Curve, CurvePlot
from widgets.drawing.curve_scale import fit
from widgets.drawing.fonts import words
from widgets.drawing.numerals import aligned, brief

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
        assert across + wide(head.values, head.between) <= width
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


def test_values_stand_in_two_digits_before_any_goes_and_more_are_hinted_at() -> None:
    full = [(f"{number}.0000", "prior") for number in range(4)]
    brief = [(f"{number}.0", "prior") for number in range(4)]
    assert fit_head("Energy distance", "", full, 400, brief).values == tuple(full)
    assert fit_head("Energy distance", "", full, 260, brief).values == tuple(brief)
    assert fit_head("Energy distance", "", full, 180, brief).values[-1] == MORE


def test_the_head_of_a_plot_tells_every_curve_under_the_pointer(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    plot, told = CurvePlot("Measured ÷ exact", legend=True), list[str]()
    qtbot.addWidget(plot)
    plot.resize(160, 100)
    names = ("DDIM", "Heun", "Runge–Kutta 4", "Dormand–Prince")
    plot.set_curves([Curve(name, "prior", np.array([1.0, 1.5 + k])) for k, name in enumerate(names)])
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: told.append(text))
    for y in (5, 60):
        QApplication.sendEvent(plot, QHelpEvent(QEvent.Type.ToolTip, QPoint(20, y), QPoint(0, 0)))
    assert told == ["Measured ÷ exact\nDDIM 1.500\nHeun 2.500\nRunge–Kutta 4 3.500\nDormand–Prince 4.500"]


@pytest.mark.parametrize(("value", "text"), [(1.0, "1.0"), (0.01234, "0.012"), (12.3, "12"), (123.4, "123"),
                                             (float("nan"), "–"), (0.0, "0")])
def test_two_digits(value: float, text: str) -> None:
    assert aligned(value, 0) == text


PANELS = ("DDIM, spacing uniform", "Euler–Maruyama, spacing uniform", "Heun, spacing uniform")


def test_every_curve_is_named_where_there_is_little_room() -> None:
    """Without what the names share, and the long ones cut alike; only a stump is left out."""
    names = [(name, "prior") for name in (*PANELS, "exact points")]
    assert [name for name, _ in fit_names(names, 1000)] == [*PANELS, "exact points"]
    assert [name for name, _ in fit_names(names, 290)] == ["DDIM", "Euler–Maruyama", "Heun", "exact points"]
    short = [name for name, _ in fit_names(names, 170)]
    assert len(short) == 4
    assert short[:2] == ["DDIM", short[1]]
    assert short[1].startswith("Euler")
    assert short[1].endswith("…")
    assert len(fit_names(names, 60)) < 4
    assert fit_names([], 10) == []
    other = [*names[:2], ("Heun, spacing log-SNR", "guidance")]
    assert [name for name, _ in fit_names(other, 190)] == ["DDIM", "Euler–Maruyama", "Heun"]


@pytest.mark.parametrize("names", [["gap"], ["BIC", "AIC"], ["EM"], ["x", "y"], ["first", "now"]])
def test_short_names_stand_where_there_is_room(names: list[str]) -> None:
    """However few pixels one of them takes: it is no stump of a longer one."""
    assert [name for name, _ in fit_names([(name, "prior") for name in names], 500)] == names


def test_a_short_name_stands_beside_one_that_is_cut() -> None:
    told = [name for name, _ in fit_names([("x", "prior"), ("a name that is far too long", "noise")], 60)]
    assert told[0] == "x"
    assert told[1].endswith("…")


def test_four_values_stand_closer_before_one_goes() -> None:
    values = [("1.000", token) for token in ("prior", "likelihood", "guidance", "good")]
    head = fit_head("Measured ÷ exact", ", log", values, 294)
    assert (head.values, head.between) == (tuple(values), CLOSER[-1])


def test_the_value_has_the_colour_of_the_active_curve_and_the_legend_names_all(qtbot: QtBot) -> None:
    """The value of panel 2 had stood in white beside the name of panel 1 alone."""
    plot = CurvePlot("Energy distance", legend=True)
    qtbot.addWidget(plot)
    plot.resize(294, 92)
    curves = [Curve(name, token, np.array([1.0, level]), silent=k != 1)
              for k, (name, token, level) in enumerate(zip(PANELS, ("prior", "likelihood", "guidance"),
                                                           (0.03, 5.2, 0.02), strict=True))]
    plot.set_curves(curves)
    image = plot.grab().toImage()

    def inked(colour: str, left: int, right: int, top: int, bottom: int) -> bool:
        """Whether letters of a colour are there; thin ones are blended with the ground."""
        wanted = np.array(QColor(colour).getRgb()[:3])
        pixels = [image.pixelColor(x, y).getRgb()[:3] for x in range(left, right) for y in range(top, bottom)]
        return int(np.abs(np.array(pixels) - wanted).sum(1).min()) < 120

    assert plot.readout == "5.200"
    assert inked(plot.theme.likelihood, 240, 294, 0, HEAD - 3)
    assert not inked(plot.theme.prior, 130, 294, 0, HEAD - 3)
    for token in ("prior", "likelihood", "guidance"):
        assert inked(plot.theme.term(token), 0, 294, HEAD, HEAD + NAMES)
    told = [f"{name} {value}" for name, value in zip(PANELS, ("0.030", "5.200", "0.020"), strict=True)]
    assert plot.tip_at(QPointF(5, 25)).splitlines()[1:] == told
    plot.resize(700, 92)
    image = plot.grab().toImage()
    assert inked(plot.theme.prior, 100, 400, 0, HEAD - 3), "beside the title where there is room"


def test_names_that_begin_alike_keep_what_they_differ_in() -> None:
    """And others what they begin with, where that is enough."""
    names = [("Heun, 60 steps", "a"), ("Euler, 60 steps", "b"), ("Annealed Langevin, 60 steps", "c"),
             ("Annealed Langevin, 600 steps", "d"), ("exact points", "e")]
    told = [name for name, _ in fit_names(names, 330)]
    assert told[:2] == ["Heun", "Euler"]
    assert [name.partition("…")[2] for name in told[2:4]] == [", 60 steps", ", 600 steps"]
    assert all(name.startswith("A") for name in told[2:4])
    assert [name for name, _ in fit_names(names, 230)][2:4] == ["60 st…", "600 s…"]
