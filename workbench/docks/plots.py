"""The plots under the canvas: size of each term, and the run's own curve, with the scrubber's cursor."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QWidget

from widgets.curve_plot import Curve, CurvePlot
from workbench.controllers.scrub import term_means
from workbench.docks.dock import Dock, TitleRow
from workbench.mailbox import LiveRun
from workbench.parts import column
from workbench.stage import Stage

TERMS = "Size of each term"
SECOND = {"known-rms": ("Known-pixel error, RMS", "likelihood"), "alpha-bar": ("Signal power, alpha-bar", "prior")}


class PlotsDock(Dock):
    """Two plots that follow the stage; a training shows its own page. Signals: those of QDockWidget."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.terms = CurvePlot(TERMS)
        self.second = CurvePlot("log-SNR")
        for plot in (self.terms, self.second):
            plot.set_empty_text("Curves appear while a run goes on.")
            plot.picked.connect(lambda x: stage.move(round(x)))
        page = QWidget()
        layout = column(self.terms, self.second, margins=(12, 10, 12, 8), spacing=8, parent=page)
        layout.setStretch(0, 1)
        layout.setStretch(1, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(page)
        title = TitleRow("", 6)
        super().__init__("plotsDock", "Plots", self.pages, title)
        self.pages.setMinimumWidth(180)
        for signal in (stage.shown, stage.grown):
            signal.connect(self.draw)
        stage.moved.connect(self._cursor)

    def draw(self) -> None:
        """Draw the curves of the run on the canvas."""
        live = self._stage.live
        if live is None or live.opened is None or live.trajectory is None:
            self.terms.set_curves(())
            self.second.set_curves(())
            return
        span = (0.0, float(live.opened.total))
        first = live.trajectory.first
        means = term_means(live)
        steps = {name: np.arange(first, first + len(y), dtype=float) for name, y in means.items()}
        titles = {term.name: term.title for term in live.opened.terms}
        self.terms.set_curves([Curve(titles.get(name, name), name, *_finite(y, steps[name]))  # pyright: ignore
                               for name, y in means.items()], span)
        self._draw_second(live, first, span)
        self._cursor(self._stage.index)

    def _draw_second(self, live: LiveRun, first: int, span: tuple[float, float]) -> None:
        """The curve that says most about this run: its own, or the noise level."""
        curves = live.trajectory.curves if live.trajectory else {}
        for name, (title, colour) in SECOND.items():
            if name in curves:
                self.second.set_title(title)
                y = curves[name]
                x = np.arange(first, first + len(y), dtype=float)
                self.second.set_curves([Curve(title, colour, *_finite(y, x))], span)
                return
        self.second.set_title("log-SNR")
        log_snr = np.clip(live.opened.log_snr, -15, 15) if live.opened else np.empty(0)
        self.second.set_curves([Curve("log-SNR", "prior", log_snr)], span)

    def _cursor(self, index: int) -> None:
        at = float(index) if self._stage.recorded else None
        self.terms.set_cursor(at)
        self.second.set_cursor(at)


def _finite(y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values that are numbers (the last step moves nothing), with their x."""
    good = np.isfinite(y)
    return y[good], x[good]
