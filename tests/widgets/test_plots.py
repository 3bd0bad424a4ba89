"""Curves and formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from widgets.charts.curve_plot import Curve, CurvePlot
from widgets.charts.log_plot import fit_log
from widgets.drawing.colour_scale import format_value
from widgets.drawing.curve_scale import Scale, fit, nice_step, outline
from widgets.drawing.numerals import brief, short, tick_texts
from widgets.drawing.theme import DARK


def test_linear_scale_maps_its_ends() -> None:
    """0 at the bottom, 1 at the top, halfway between."""
    assert Scale(2, 6, False).share(np.array([2.0, 4.0, 6.0])).tolist() == [0, 0.5, 1]


def test_log_scale_maps_decades_evenly() -> None:
    """A decade is as long everywhere; what has no logarithm is left out."""
    shares = Scale(1e-2, 1e2, True).share(np.array([1e-2, 1.0, 1e2, 0.0]))
    assert shares[:3] == pytest.approx([0, 0.5, 1])
    assert np.isnan(shares[3])


@given(low=st.floats(1e-6, 1e4), ratio=st.floats(1.0, 1e6), count=st.sampled_from([2, 4]))
def test_an_axis_has_two_different_labels_at_least(low: float, ratio: float, count: int) -> None:
    """One alone tells no distance: whatever the values span, linear or logarithmic."""
    values = [np.array([low, low * ratio])]
    for scale in (fit(values), fit_log(values)):
        assert scale is not None
        ticks = scale.ticks(count)
        assert len(ticks) >= 2
        assert all(scale.low * 0.999 <= tick <= scale.high * 1.001 for tick in ticks)
        assert len(set(tick_texts(ticks))) == len(ticks)


def test_a_logarithmic_axis_of_less_than_a_decade_has_as_few_labels_as_another() -> None:
    assert Scale(1.2, 2.5, True).ticks(3) == pytest.approx([1.5, 2.0, 2.5])


def test_labels_have_the_digits_that_tell_them_apart() -> None:
    """A constant learning rate lies between labels that differ."""
    assert tick_texts([0.0009, 0.001, 0.0011]) == ["0.0009", "0.001", "0.0011"]
    assert tick_texts([0.2, 0.5]) == ["0.200", "0.500"]


def test_a_mark_parts_what_was_before_it(qtbot: QtBot) -> None:
    """The ground before it is another one, and it goes when it is taken away or out of the span."""
    plot = CurvePlot("Loss")
    qtbot.addWidget(plot)
    plot.resize(200, 100)
    plot.set_curves([Curve("a", "prior", np.full(101, 1.0))], (0.0, 100.0))
    plain = plot.grab().toImage().pixelColor(40, 90)
    plot.set_mark(50, "continued")
    marked = plot.grab().toImage()
    assert marked.pixelColor(40, 90) != plain
    assert marked.pixelColor(180, 90) == plain
    plot.set_mark(150, "later")
    assert plot.grab().toImage().pixelColor(40, 90) == plain
    plot.set_mark(None)
    assert plot.grab().toImage().pixelColor(40, 90) == plain


@pytest.mark.parametrize(("ends", "high"), [((9.0, 3.0), True), ((3.0, 9.0), False)])
def test_the_words_of_a_mark_keep_out_of_the_way_of_the_curve(qtbot: QtBot, ends: tuple[float, float], *,
                                                             high: bool) -> None:
    """They stand at the top where it has fallen, at the bottom where it has risen."""
    plot = CurvePlot("Loss")
    qtbot.addWidget(plot)
    plot.resize(300, 120)
    plot.set_curves([Curve("a", "prior", np.linspace(*ends, 101))], (0.0, 100.0))
    plot.set_mark(70, "")
    bare = plot.grab().toImage()
    plot.set_mark(70, "continued")
    marked = plot.grab().toImage()
    rows = [y for y in range(marked.height()) if any(marked.pixel(x, y) != bare.pixel(x, y) for x in range(300))]
    assert (rows[-1] < 60) is high
    assert (rows[0] > 60) is not high


def test_fit_takes_a_log_scale_when_values_span_decades() -> None:
    """Losses from 1 to 0.001 need it, term norms from 3 to 9 do not."""
    assert fit([np.geomspace(1e-3, 1, 50)]).log
    assert not fit([np.linspace(3, 9, 50)]).log
    assert not fit([]).log


@given(st.floats(1e-6, 1e6))
def test_steps_are_round_and_close(rough: float) -> None:
    """1, 2 or 5 times a power of ten, at most 2.5 times what was asked."""
    step = nice_step(rough)
    mantissa = step / 10 ** np.floor(np.log10(step) + 1e-9)
    assert min(abs(mantissa - m) for m in (1, 2, 5)) < 1e-6
    assert 0.99 * rough <= step <= 2.51 * rough


def test_short_numbers_do_not_jitter() -> None:
    """Four characters or so whatever the size."""
    assert [short(v) for v in (0.0312, 12.81, 123.4, 12345.6, 2e-5)] == ["0.031", "12.81", "123.4", "12,346", "2.0e−5"]
    assert [short(v) for v in (-0.5, -2e-5, -math.inf)] == ["−0.500", "−2.0e−5", "−∞"]
    assert tick_texts([-0.5, 0.5]) == ["−0.500", "0.500"]
    assert tick_texts([-0.0011, -0.001]) == ["−0.0011", "−0.001"]


def test_values_beside_each_other_have_the_same_decimals(qtbot: QtBot) -> None:
    """As drawn: 12.81 · 6.02 · 8.11; it is the largest of the whole curve that decides, so nothing jumps."""
    plot = CurvePlot("Size of each term")
    qtbot.addWidget(plot)
    plot.set_curves([Curve("a", "prior", np.array([2.0, 12.81])), Curve("b", "noise", np.array([1.0, 6.02]))])
    assert plot.readout == "12.81 · 6.02"
    plot.set_cursor(0.0)
    assert plot.readout == "2.00 · 1.00"


def test_values_beside_each_other_have_the_colours_of_their_curves(qtbot: QtBot) -> None:
    """Three numbers in one colour could not be told apart; a single one needs no colour."""
    plot = CurvePlot("Size")
    qtbot.addWidget(plot)
    plot.resize(400, 100)

    def inked(colour: str) -> bool:
        """Whether the readout has letters of a colour; thin ones are blended with the ground."""
        image, wanted, ground = plot.grab().toImage(), QColor(colour), QColor(DARK.bg1)
        pixels = [image.pixelColor(x, y) for x in range(200, 400) for y in range(15)]
        return min(apart(pixel, wanted) for pixel in pixels) < 0.35 * apart(ground, wanted)

    curves = [Curve(name, name, np.array([5.0, 9.99])) for name in ("prior", "likelihood", "guidance")]
    plot.set_curves(curves)
    assert all(inked(colour) for colour in (DARK.prior, DARK.likelihood, DARK.guidance))
    plot.set_curves(curves[:1])
    assert inked(DARK.text)
    assert not inked(DARK.prior)


def apart(first: QColor, second: QColor) -> int:
    """How far two colours lie apart: the sum over the channels."""
    pairs = zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # pyright: ignore
    return sum(abs(a - b) for a, b in pairs)


def test_readout_follows_cursor_and_pointer(qtbot: QtBot) -> None:
    """At the cursor what was recorded there; under the pointer what is there."""
    plot = CurvePlot("Size of each term")
    plot.resize(300, 100)
    qtbot.addWidget(plot)
    plot.set_curves([Curve("Prior", "prior", np.arange(11.0))], (0, 10))
    plot.set_cursor(4)
    assert plot.readout == "4.00"
    with qtbot.waitExposed(plot):
        plot.show()
    qtbot.mouseMove(plot, QPoint(10, 60))
    qtbot.mouseMove(plot, QPoint(299, 60))
    qtbot.waitUntil(lambda: plot.readout == "10.00")


def test_a_click_picks_the_step(qtbot: QtBot) -> None:
    """The plots are as good a scrubber as the slider."""
    plot = CurvePlot("Loss")
    plot.resize(301, 100)
    qtbot.addWidget(plot)
    plot.set_curves([Curve("", "prior", np.arange(11.0))])
    with qtbot.waitSignal(plot.picked) as signal:
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(165, 60))
    assert signal.args[0] == pytest.approx(5, abs=0.05)


def test_a_long_curve_keeps_its_spikes_and_its_last_value() -> None:
    y = np.zeros(10_000)
    y[1234], y[7777], y[5000:5100], y[-1] = 9.0, -9.0, np.nan, 3.0
    kept = outline(y, 100)
    assert len(kept) <= 202
    assert {1234, 7777, 9999} <= set(kept.tolist())
    assert list(outline(y[:50], 100)) == list(range(50))
    assert list(outline(np.empty(0), 100)) == []


def test_a_scale_has_no_negative_zero() -> None:
    assert format_value(-0.0) == "0"
    assert format_value(-0.25) == "−0.25"


def test_a_logarithmic_axis_says_so(qtbot: QtBot) -> None:
    """In the line of the title, and only while the axis is one; a scale that is given stays linear."""
    plot = CurvePlot("Known-pixel error, RMS")
    qtbot.addWidget(plot)
    decades = Curve("", "likelihood", np.geomspace(1e-3, 1, 50))
    plot.set_curves([decades])
    assert plot.heading == "Known-pixel error, RMS, log"
    assert "RMS, log:" in plot.accessibleDescription()
    plot.set_curves([decades], scale=Scale(0, 1, False))
    assert plot.heading == "Known-pixel error, RMS"
    plot.set_curves([Curve("", "likelihood", np.linspace(3, 9, 50))])
    assert plot.heading == "Known-pixel error, RMS"


def test_a_small_plot_has_numbers_at_its_lines(qtbot: QtBot) -> None:
    """In as few characters as they need; two heights can then be compared."""
    assert brief([-10.0, 0.0, 10.0]) == ["−10", "0", "10"]
    assert brief([0.2, 0.6000000000000001, 1e-5]) == ["0.2", "0.6", "1e−5"]
    plot = CurvePlot("log-SNR")
    qtbot.addWidget(plot)
    plot.resize(200, 90)
    plot.set_curves([Curve("", "prior", np.linspace(-10.0, 10.0, 50))])
    image, ground = plot.grab().toImage(), QColor(DARK.bg1)
    assert any(image.pixelColor(x, y) != ground for x in range(28) for y in range(20, 90))


def test_a_curve_that_falls_below_its_scale_stays_in_sight(qtbot: QtBot) -> None:
    """It runs along the lower edge: a line that leaves the plot looks lost."""
    plot = CurvePlot("Error")
    qtbot.addWidget(plot)
    plot.resize(230, 100)
    plot.set_curves([Curve("", "likelihood", np.array([1.0, 0.5, -3.0, -3.0, -3.0]))], scale=Scale(0, 1, False))
    image, ink, ground = plot.grab().toImage(), QColor(DARK.likelihood), QColor(DARK.bg0)
    assert min(apart(image.pixelColor(200, y), ink) for y in range(95, 100)) < 0.5 * apart(ink, ground)


def test_a_sparse_curve_has_no_value_where_only_others_have_one(qtbot: QtBot) -> None:
    """As of a sampler that takes 9 or 19 calls, read at 5, before them, and at 10, between them."""
    plot = CurvePlot("Measured ÷ exact")
    qtbot.addWidget(plot)
    plot.set_curves([Curve("Heun", "prior", np.array([382.0, 11.0]), np.array([9.0, 19.0]), sparse=True),
                     Curve("DDIM", "noise", np.array([84.0, 17.0]), np.array([5.0, 10.0]), sparse=True)])
    for x, missing in ((5.0, [True, False]), (9.0, [False, True]), (10.0, [True, False]), (19.0, [False, True])):
        plot.set_cursor(x)
        assert [value.strip() == "–" for value in plot.readout.split("·")] == missing
