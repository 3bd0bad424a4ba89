"""Charts: what a sweep or a study measured, beside the exact answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QWidget

from widgets.charts.board import ChartBoard
from widgets.charts.data import ChartSheet
from widgets.charts.difference import differences
from workbench.chart_shown import sheet_of
from workbench.pages.chart_panels import DifferencePanel, ValuesPanel
from workbench.pages.points_view import Around, PointsView
from workbench.parts import column, note_line
from workbench.running.mailbox import LiveRun

if TYPE_CHECKING:
    from engines.chart import Chart

INVITATION = "Press the button at the right to measure; the chart grows while it goes on."
SOON = "Measuring; the first values come in a moment."
WHOLE = "A chart always shows all of its values"
NO_STATES = "A chart has no states to {}; choose a run of Sample in the library."


class Charts(PointsView):
    """The charts of the run on the stage, as they grow; one of them is read, in its values and against what is exact.
    """

    name: ClassVar[str] = "charts"
    lacks: ClassVar[str] = NO_STATES

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self.board, self.note = ChartBoard(), note_line("What there is to know of this run")
        self.values, self.difference = ValuesPanel(), DifferencePanel()
        self.charts: tuple[Chart, ...] = ()
        self._read = ""  # title of the chart that was read last
        self._page = QWidget()
        column(self.board, self.note, parent=self._page).setStretchFactor(self.board, 1)
        self.board.set_empty_text(INVITATION)
        self.board.arranged.connect(self._arranged)
        self.board.read.connect(self._was_read)
        for panel in (self.values, self.difference):
            panel.read.connect(self.read_at)
        self._arranged()

    @property
    def widget(self) -> QWidget:
        """The board, and under it what is to be said of the run."""
        return self._page

    @property
    def steps(self) -> QWidget:
        """The values of the chart that is read."""
        return self.values

    @property
    def plots(self) -> QWidget:
        """How far they are from what is exact."""
        return self.difference

    @property
    def current(self) -> ChartSheet | None:
        """The chart that is read: of those in sight the one that was read last, else the first with an exact answer
        that it can be compared with, else the first.
        """
        shown = self.board.shown()
        first = next((sheet for sheet in shown if differences(sheet)), next(iter(shown), None))
        return next((sheet for sheet in shown if sheet.title == self._read), first)

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

    def read_at(self, x: float | None) -> None:
        """Read the present chart at one of its x, None for none."""
        sheet = self.current
        tile = self.board.tile(sheet.title) if sheet is not None else None
        if tile is not None:
            tile.read_at(x)

    @property
    def kept(self) -> dict[str, Any]:
        """The chart that was chosen, and the row of the table."""
        return {"chart": self.board.chosen, "row": self.board.chosen_row}

    def bring_back(self, kept: Mapping[str, Any]) -> None:
        """Show it again as soon as it is there."""
        self.board.choose(str(kept.get("chart") or ""))
        self.board.choose_row(str(kept.get("row") or ""))

    def watch(self, changed: Callable[[], object]) -> None:
        """Tell when the user chose another one, or another row."""
        self.board.choice.activated.connect(changed)
        self.board.went.connect(changed)

    def zoom(self, factor: float) -> str:
        """Nothing: a chart shows all of its values."""
        del factor
        return WHOLE

    def step(self, steps: int) -> bool:
        """Read the value so many further."""
        xs = self.values.table.xs
        if xs:
            at = self.values.table.currentIndex().row()
            at = at + steps if at >= 0 else (0 if steps > 0 else len(xs) - 1)
            self.read_at(xs[min(max(at, 0), len(xs) - 1)])
        return True

    def _arranged(self) -> None:
        """Other charts, or more of them: their values follow."""
        self.values.show_sheet(self.current)
        self.difference.show_sheet(self.current)

    def _was_read(self, title: str) -> None:
        """A chart was read by pointer or keys: table and plot go there."""
        tile = self.board.tile(title)
        if title != self._read:
            self._read = title
            self._arranged()
        if tile is not None:
            for panel in (self.values, self.difference):
                panel.read_at(tile.reading)

    def _tell(self, words: str) -> None:
        if words != self.note.text():
            self.note.setText(words)
            self.note.setVisible(bool(words))
