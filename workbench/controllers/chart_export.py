"""Taking charts out: values for a table, a picture for slides, a drawing for print."""

from __future__ import annotations

from pathlib import Path

from engines.file_names import portable
from engines.files import write_atomic
from widgets.charts.export import chart_png, chart_svg
from workbench.actions import EXPORT_MORE, RUN_FIRST, Spec
from workbench.chart_shown import sheet_of
from workbench.controllers.files import ask_save
from workbench.controllers.stage_charts import StageCharts
from workbench.desk import Desk
from workbench.pages.points_views.charts import Charts

KINDS = {"csv": "Values (*.csv)", "png": "Picture (*.png)", "svg": "Drawing (*.svg)"}


class ChartExportController:
    """Asks where to, and writes the chart as it is seen: lines that are hidden are left out of pictures.

    Args:
        desk: shared parts.
        view: whose charts they are.
    """

    def __init__(self, desk: Desk, view: Charts | StageCharts) -> None:
        self._desk, self._view = desk, view
        view.board.exported.connect(self.ask)
        if isinstance(view, Charts):
            self._declare(desk, view)

    def _declare(self, desk: Desk, view: Charts) -> None:
        """The action for the keyboard; a workspace where charts are an exception has their buttons alone."""
        desk.actions.add(Spec("file.export_chart", "Export chart…", "File", section="export",
                              help="The chart in sight as CSV, PNG or SVG", needs=RUN_FIRST,
                              within=EXPORT_MORE), self._first,
                         lambda: bool(view.board.shown()) and view.board.isVisible())

    def _first(self) -> None:
        """Export the chart in sight, of several the first."""
        shown = self._view.board.shown() if self._view.board.isVisible() else ()
        if shown:
            self.ask(shown[0].title, "csv")
        else:
            self._desk.complain("There is no chart to export; run a sweep or a study first.")

    def ask(self, title: str, kind: str) -> None:
        """Let the user choose where a chart of that title goes, as that kind or another."""
        kinds = [KINDS[kind], *(words for name, words in KINDS.items() if name != kind)]
        chart = next((chart for chart in self._view.charts if chart.title == title), None)
        name = portable(title if chart is None else chart.file_stem)
        with self._desk.guard():
            ask_save(self._desk, "Export chart", f"{name}.{kind}", ";;".join(kinds),
                     lambda file, chosen: self.write(title, file, chosen))

    def write(self, title: str, file: Path, kind: str) -> None:
        """Write a chart to a file of a kind, one of those in `KINDS`, and say so."""
        chart = next((chart for chart in self._view.charts if chart.title == title), None)
        tile = self._view.board.tile(title)
        if chart is None:
            self._desk.complain(f"The chart “{title}” is no longer there; choose its run again.")
            return
        hidden = tile.hidden if tile is not None else frozenset[str]()
        with self._desk.guard():
            if kind == KINDS["csv"]:
                write_atomic(file, chart.csv().encode())
            else:
                write_atomic(file, (chart_png if kind == KINDS["png"] else chart_svg)(sheet_of(chart), hidden))
            self._desk.say(f"Saved “{file.name}”")
