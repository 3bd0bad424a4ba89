"""Charts on the command line: each a table with a column for every series, and its remark."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engines.chart import Chart
from engines.chart_parts import WHY
from workbench.cli.terminal import Terminal

NONE = "–"


def tell_charts(terminal: Terminal, charts: Sequence[Chart]) -> None:
    """Write charts on standard output, for people; nothing when JSON was asked for."""
    for chart in charts:
        if chart.shade is not None or chart.pictures:
            continue  # its file has every value; a terminal shows no picture
        terminal.table(*_headed(chart))
        if chart.subtitle:
            terminal.say(chart.subtitle)
        if chart.remark:
            terminal.say(chart.remark)


def _headed(chart: Chart) -> tuple[str, list[str], list[list[str]]]:
    """Title, heads and rows of a chart, its own table where it has one."""
    table = chart.table
    if table is None:
        return f"{chart.title}: {chart.y.title}", *wide(chart)
    told = any(entry.why for entry in table.entries)
    rows = [[entry.name, *map(written, entry.values), *[entry.why] * told] for entry in table.entries]
    return chart.title, [table.name, *(head.title for head in table.heads), *[WHY] * told], rows


def wide(chart: Chart) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of a chart: one row for each x, one column for each series."""
    values = {(name, x): (y, error) for name, _, x, y, error in chart.rows}
    names = [series.name for series in chart.series]
    rows = [[written(x), *(_value(*values.get((name, x), (math.nan, None))) for name in names)]
            for x in sorted({x for _, x in values})]
    return [chart.x.title, *(f"{series.name} ({series.role})" for series in chart.series)], rows


def written(value: float) -> str:
    """A value in a few digits."""
    return NONE if math.isnan(value) else f"{value:.4g}"


def _value(y: float, error: float | None) -> str:
    return written(y) if error is None or math.isnan(y) else f"{written(y)} ± {error:.2g}"
