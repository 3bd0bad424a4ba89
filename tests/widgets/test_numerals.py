"""How numbers are written: one style, and never 0 for what is not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from widgets.charts.curve_plot import Curve, CurvePlot
from widgets.drawing.colour_scale import format_value
from widgets.drawing.numerals import aligned, brief, decimals, parsed, short, significant, steady
from widgets.formulas.term_course import size_text


@pytest.mark.parametrize(("value", "digits", "text"), [
    (0.0, 4, "0"), (0.003876, 4, "0.003876"), (31623.0, 4, "31,623"), (2.13e-9, 2, "2.1e−9"), (-3.14159, 3, "−3.14"),
    (10000.0, 6, "10,000"), (1e12, 3, "1e12"), (float("inf"), 3, "∞"), (float("nan"), 3, "–"), (20.0, 2, "20")])
def test_numbers_have_their_significant_digits(value: float, digits: int, text: str) -> None:
    assert significant(value, digits) == text


@given(st.floats(1e-300, 1e300), st.integers(0, 4))
def test_what_is_not_0_is_never_written_as_0(value: float, places: int) -> None:
    """Two digits at least are right, whatever stands beside it."""
    for text in (aligned(value, places), aligned(-value, places).removeprefix("−"), short(value), steady(value, 4),
                 significant(value, 2), format_value(value), size_text(value, 12.0, None)):
        assert parsed(text) == pytest.approx(value, rel=0.051)
    assert parsed(brief([value])[0]) == pytest.approx(value, rel=1e-5)


def test_a_column_stays_in_line_where_it_can() -> None:
    assert [aligned(value, 2) for value in (12.81, 6.0, 0.0, -1234.5)] == ["12.81", "6.00", "0.00", "−1,234.50"]
    assert [aligned(value, 3) for value in (0.0047, 8.5e-10, -2e-5, 1e5)] == ["0.0047", "8.5e−10", "−2.0e−5", "1.0e5"]
    assert [aligned(value, 0) for value in (2.591, 2462.0, math.nan, -math.inf)] == ["2.6", "2,462", "–", "−∞"]


@pytest.mark.parametrize(("values", "texts"), [
    ([998_000, 1_000_000, 1_002_000], ["998,000", "1,000,000", "1,002,000"]),
    ([0, 5e6, 1e7, 1.5e7], ["0", "5e6", "1e7", "1.5e7"]),
    ([0, 5e-5, 1e-4, 1.5e-4], ["0", "5e−5", "1e−4", "1.5e−4"]),
    ([1e-5, 1e-3, 0.1, 10], ["1e−5", "0.001", "0.1", "10"]),
    ([-20, 0, 20], ["−20", "0", "20"])])
def test_the_numbers_of_one_axis_are_of_one_kind(values: list[float], texts: list[str]) -> None:
    assert brief(values) == texts


def test_a_year_stays_in_one_piece() -> None:
    assert brief([1990, 2000, 12_000], 10_000) == ["1990", "2000", "12,000"]


def test_a_plot_and_the_row_of_a_term_write_a_size_alike(qtbot: QtBot) -> None:
    """Beside a term of a million the other had been 3 here and 2.591 there; small ones were 0.000."""
    for sizes in ((2.1e6, 2.591), (12.8, 1.3e-4), (3.2e-9, 8.5e-10), (20.0, 0.0047)):
        plot = CurvePlot("Size of each term")
        qtbot.addWidget(plot)
        plot.set_curves([Curve("", "prior", np.array([size])) for size in sizes])
        assert plot.readout == " · ".join(size_text(size, max(sizes), None) for size in sizes)
        assert all(parsed(text) == pytest.approx(size, rel=0.05)
                   for text, size in zip(plot.readout.split(" · "), sizes, strict=True))
    assert decimals(2e6) == 0
