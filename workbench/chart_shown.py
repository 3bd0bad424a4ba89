"""From the charts of a run to what the widgets draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from widgets.charts.data import ChartAxis, ChartLine, ChartSheet, LineKind
from widgets.drawing.scripted import scripted

if TYPE_CHECKING:
    from engines.chart import Chart


def sheet_of(chart: Chart) -> ChartSheet:
    """A chart as a view draws it; its title, by which it is found again, stays."""
    lines = tuple(ChartLine(scripted(series.name), np.array(series.x), np.array(series.y), np.array(series.error),
                            LineKind(series.role.value), scripted(series.beside)) for series in chart.series)
    x, y = (ChartAxis(scripted(axis.title), axis.log) for axis in (chart.x, chart.y))
    return ChartSheet(chart.title, x, y, lines, scripted(chart.remark), chart.subtitle)
