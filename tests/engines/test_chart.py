"""Charts as data: read back from JSON as they were, and written as CSV."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest

from engines.chart import Axis, Chart, Role, Series, read_chart, with_chart
from engines.chart_parts import Entry, Head, Picture, Shade, Table, read_table, rounded_rows

CHART = Chart(
    "Error", Axis("Calls", log=True), Axis("Error", "nats", log=True),
    (Series.of("Euler, \"plain\"", [1, 2], [0.5, 0.25], [0.1, 0.05]),
     Series.of("Formula", [1, 2], [0.5, 0.25], (), Role.EXACT, "Euler, \"plain\"")),
    "Look at the slope.")


def test_a_chart_is_read_back_from_json_as_it_was() -> None:
    assert read_chart(json.loads(json.dumps(CHART.document(), allow_nan=False))) == CHART
    assert read_chart({**CHART.document(), "table": None}) == CHART  # as an earlier version wrote it


def test_what_is_not_finite_is_null_and_not_a_number_again() -> None:
    chart = Chart("t", Axis("x"), Axis("y"), (Series.of("s", [1, 2], [math.inf, math.nan]),))
    found = read_chart(json.loads(json.dumps(chart.document(), allow_nan=False)))
    assert all(math.isnan(y) for y in found.series[0].y)


def test_csv_has_a_line_for_each_value_and_the_axes_as_heads() -> None:
    rows = list(csv.reader(io.StringIO(CHART.csv())))
    assert rows[0] == ["series", "role", "Calls", "Error (nats)", "standard error"]
    assert rows[1] == ["Euler, \"plain\"", "measured", "1.0", "0.5", "0.1"]
    assert rows[-1] == ["Formula", "exact", "2.0", "0.25", ""]
    assert len(rows) == 5


@pytest.mark.parametrize("broken", [{}, {"title": "t"}, {**CHART.document(), "x": {"wrong": 1}},
                                    {**CHART.document(), "series": [{"name": "a"}]}])
def test_what_is_no_chart_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_chart(broken)


def test_a_chart_takes_the_place_of_that_with_its_title() -> None:
    other = Chart("Other", Axis("x"), Axis("y"))
    grown = Chart("Error", Axis("Calls"), Axis("Error"))
    assert with_chart(with_chart((CHART,), other), grown) == (grown, other)


PARTS = Chart("Ranking", Axis("Method"), Axis("Figure"), front=True, table=Table(
    "Method", (Head("Energy", "A distance."), Head("Calls", "How many.")),
    (Entry("TDS, best", (0.25, 40.0)), Entry("Exact", (0.125, 1.0), quiet=True))))
PICTURED = Chart("Means", Axis("Column"), Axis("Row"), pictures=(
    Picture("Truth", ((0.5, -1.0),), -1.0, 1.0), Picture("Spread", ((0.0, 2.0),), 0.0, 2.0, heat=True, row=1)))
SHADED = Chart("Points", Axis("x"), Axis("y"), (Series.of("Samples", [2, 1], [0, 1], (), Role.CLOUD),),
               shade=Shade(((0.0, 1.0), (2.0, 3.0)), (-1.0, 1.0), (0.0, 2.0)))


@pytest.mark.parametrize("chart", [PARTS, PICTURED, SHADED], ids=["table", "pictures", "plane"])
def test_what_is_no_line_is_read_back_as_it_was(chart: Chart) -> None:
    assert read_chart(json.loads(json.dumps(chart.document(), allow_nan=False))) == chart


def test_a_table_is_written_as_it_is_and_pictures_pixel_by_pixel() -> None:
    assert PARTS.csv() == 'Method,Energy,Calls\n"TDS, best",0.25,40.0\nExact,0.125,1.0\n'
    assert PICTURED.csv().splitlines()[:3] == ["picture,row,column,value", "Truth,0,0,0.5", "Truth,0,1,-1.0"]
    none = Table("Method", (Head("Calls", ""),), (Entry("Exact", (math.nan,)),))
    assert none.csv() == "Method,Calls\nExact,\n"
    (entry,) = read_table(json.loads(json.dumps(none.document(), allow_nan=False))).entries
    assert math.isnan(entry.values[0])


def test_numbers_of_rows_are_kept_to_some_digits() -> None:
    assert rounded_rows([[1 / 3, 2.0]], 3) == ((0.333, 2.0),)
