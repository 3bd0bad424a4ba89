"""From the charts of a run to what the widgets draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from widgets.chart_data import ChartAxis, ChartLine, ChartSheet, LineKind

if TYPE_CHECKING:
    from engines.chart import Chart


def sheet_of(chart: Chart) -> ChartSheet:
    """A chart as a view draws it."""
    lines = tuple(ChartLine(series.name, np.array(series.x), np.array(series.y), np.array(series.error),
                            LineKind(series.role.value), series.beside) for series in chart.series)
    return ChartSheet(chart.title, ChartAxis(chart.x.title, chart.x.log), ChartAxis(chart.y.title, chart.y.log), lines,
                      chart.remark)
