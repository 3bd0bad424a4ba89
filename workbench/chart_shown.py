"""From the charts of a run to what the widgets draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from widgets.charts.data import ChartAxis, ChartLine, ChartPicture, ChartShade, ChartSheet, ChartTable, LineKind
from widgets.drawing.scripted import scripted

if TYPE_CHECKING:
    from engines.chart import Chart


def sheet_of(chart: Chart) -> ChartSheet:
    """A chart as a view draws it; its title, by which it is found again, stays."""
    lines = tuple(ChartLine(scripted(series.name), np.array(series.x), np.array(series.y), np.array(series.error),
                            LineKind(series.role.value), scripted(series.beside)) for series in chart.series)
    x, y = (ChartAxis(scripted(axis.title), axis.log, axis.names) for axis in (chart.x, chart.y))
    return ChartSheet(chart.title, x, y, lines, scripted(chart.remark), chart.subtitle, _shade(chart), _pictures(chart),
                      _table(chart), chart.front, chart.row)


def _shade(chart: Chart) -> ChartShade | None:
    return None if chart.shade is None else ChartShade(np.array(chart.shade.values), chart.shade.x, chart.shade.y)


def _pictures(chart: Chart) -> tuple[ChartPicture, ...]:
    return tuple(ChartPicture(one.caption, np.array(one.values), one.low, one.high, one.heat, one.row)
                 for one in chart.pictures)


def _table(chart: Chart) -> ChartTable | None:
    if chart.table is None:
        return None
    heads = tuple((head.title, head.help) for head in chart.table.heads)
    entries = chart.table.entries
    return ChartTable(chart.table.name, heads, tuple((entry.name, entry.values, entry.quiet) for entry in entries),
                      tuple(head.digits for head in chart.table.heads), tuple(entry.why for entry in entries))
