"""Charts: what a sweep or a study measured, beside the exact answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QWidget

from widgets.chart_board import ChartBoard
from workbench.chart_shown import sheet_of
from workbench.mailbox import LiveRun
from workbench.pages.points_view import Around, PointsView
from workbench.parts import column, note_line

if TYPE_CHECKING:
    from engines.chart import Chart

INVITATION = "Press the button at the right to measure; the chart grows while it goes on."
SOON = "Measuring; the first values come in a moment."


class Charts(PointsView):
    """The charts of the run on the stage, as they grow."""

    name: ClassVar[str] = "charts"

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self.board, self.note = ChartBoard(), note_line("What there is to know of this run")
        self.charts: tuple[Chart, ...] = ()
        self._page = QWidget()
        column(self.board, self.note, parent=self._page).setStretchFactor(self.board, 1)
        self.board.set_empty_text(INVITATION)

    @property
    def widget(self) -> QWidget:
        """The board, and under it what is to be said of the run."""
        return self._page

    def show(self, live: LiveRun | None) -> None:
        """Show the charts of another run."""
        self.charts = () if live is None else live.charts
        self.board.set_empty_text(INVITATION if live is None else SOON)
        self.board.set_sheets([sheet_of(chart) for chart in self.charts])
        self._tell("" if live is None else live.notice)

    def grown(self, live: LiveRun) -> None:
        """Draw again what changed."""
        if live.charts is not self.charts:
            self.charts = live.charts
            self.board.set_sheets([sheet_of(chart) for chart in self.charts])
        self._tell(live.notice)

    def _tell(self, words: str) -> None:
        if words != self.note.text():
            self.note.setText(words)
            self.note.setVisible(bool(words))
