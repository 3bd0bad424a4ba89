"""The charts of the run on the stage on a board, as they grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.charts.board import ChartBoard
from workbench.chart_shown import sheet_of
from workbench.desk import Desk

if TYPE_CHECKING:
    from engines.chart import Chart


class StageCharts:
    """Draws what the run on the stage came to, where that is charts. It has no signals.

    Args:
        desk: its stage is followed.
        board: shows them.
    """

    def __init__(self, desk: Desk, board: ChartBoard) -> None:
        self._desk, self.board = desk, board
        self.charts: tuple[Chart, ...] = ()
        for signal in (desk.stage.shown, desk.stage.grown):
            signal.connect(self._draw)

    def _draw(self) -> None:
        live = self._desk.stage.live
        charts = live.charts if live is not None and self._desk.stage.charted else ()
        if charts is not self.charts:
            self.charts = charts
            self.board.set_sheets([sheet_of(chart) for chart in charts])
