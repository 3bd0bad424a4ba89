"""The plots under the canvas: size of each term, and the run's own curve, with the scrubber's cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QWidget

from engines.shown import BOUND, CLEAN, FROM_DATA, GAINED, KNOWN, NOISE_SIZE, NOISY, PSNR, RESIDUAL, SIGNAL, SSIM, TERM
from widgets.charts.curve_plot import Curve, CurvePlot
from widgets.controls.segmented import Segmented
from widgets.drawing.curve_scale import Scale
from widgets.drawing.theme import mark
from widgets.drawing.tips import wrapped
from workbench.docks.dock import Dock, TitleRow
from workbench.parts import column
from workbench.running.mailbox import LiveRun
from workbench.stage import Stage
from workbench.wording.words import SIZE, size_words

TERMS, LEVEL = "Sizes of terms, L2", "log-SNR"
# curves of a run's own, by name: the title, and the colour of the term that they belong to
OWN = {KNOWN: ("Known-pixel error, RMS", "likelihood"),
       RESIDUAL: ("Measurement residual y − A(x̂₀), RMS", "likelihood"),
       FROM_DATA: ("Distance of x̂₀ from the picture, RMS", "good"),
       GAINED: ("log p(x₀) − log p(xₜ), nats", "likelihood"),
       NOISY: ("Cosine of the noisy classifier’s gradient", "guidance"),
       BOUND: ("Sum of the terms so far, bits/dim", "likelihood"),
       PSNR: ("PSNR of x̂₀, dB", "good"), SSIM: ("SSIM of x̂₀", "good")}
# how those are called where one of several is chosen, with their decimals
CALLED = {RESIDUAL: ("Residual", 3), PSNR: ("PSNR", 1), SSIM: ("SSIM", 3)}
# what a curve is held against, where the run knows it: its name, title and colour, and what both are called together
BESIDE = {RESIDUAL: (NOISE_SIZE, "σ_y", "noise", "Residual y − A(x̂₀); dashed: σ_y")}
# what stands in place of the sizes of terms, where it says more: title, colour, and what is fixed of its scale
INSTEAD = {SIGNAL: ("Signal power, α²", "prior", Scale(-0.04, 1.04, False)),  # a schedule is known by its shape
           CLEAN: ("Cosine of the clean classifier’s gradient", "noise", Scale(-1.04, 1.04, False)),
           TERM: ("Term of the step to here, bits/dim", "prior", None)}
ENDLESS = 40.0


class PlotsDock(Dock):
    """Two plots that follow the stage; a training shows its own page. Signals: those of QDockWidget."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._choices = list[tuple[str, str]]()
        self.terms = CurvePlot(TERMS)
        self.second = CurvePlot(LEVEL)
        self.terms.setToolTip(wrapped(SIZE))
        for plot in (self.terms, self.second):
            plot.set_empty_text("Curves appear while a run goes on.")
            plot.picked.connect(lambda x: stage.move(round(x)))
        self.which = Segmented((), "Curve of the run")
        mark(self.which, small=True)
        self.which.hide()
        self.which.chosen.connect(lambda _name: self.draw())
        page = QWidget()
        self.second.stand_under(self.terms)
        layout = column(self.terms, self.which, self.second, margins=(12, 10, 12, 8), spacing=8, parent=page)
        layout.setStretch(0, 1)
        layout.setStretch(2, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(page)
        title = TitleRow("", 6)
        super().__init__("plotsDock", "Plots", self.pages, title)
        self.pages.setMinimumWidth(180)
        for signal in (stage.shown, stage.grown, stage.compared):
            signal.connect(self.draw)
        stage.moved.connect(self._cursor)

    def draw(self) -> None:
        """Draw the curves of the run on the canvas."""
        live = self._stage.live
        if live is None or live.opened is None or live.trajectory is None:
            self.which.hide()
            for plot, title in ((self.terms, TERMS), (self.second, LEVEL)):
                plot.set_title(title)  # that of the run before may tell of pixels that the next one does not know
                plot.set_curves(())
            return
        self.terms.setToolTip(wrapped(size_words(live.opened.shape)))
        span = (0.0, float(live.opened.total))
        first = live.trajectory.first
        instead = next((name for name in INSTEAD if name in live.trajectory.curves), "")
        if instead:
            # the forward process: its schedule, or its price, says more than the sizes of two known parts
            title, colour, scale = INSTEAD[instead]
            self._curve(self.terms, title, colour, live.trajectory.curves[instead], first, span, scale)
        else:
            self._terms(live, first, span)
        own = self._own(live)
        if own:
            (title, colour), beside = OWN[own], _beside(own, live.trajectory.curves, first)
            title = BESIDE[own][-1] if beside else title
            self._curve(self.second, title, colour, live.trajectory.curves[own], first, span, beside=beside)
        else:
            self._curve(self.second, LEVEL, "prior", endless(live.opened.log_snr), 0, span)
        self._cursor(self._stage.index)

    def _own(self, live: LiveRun) -> str:
        """The curve of the run's own that is shown: the one there is, or the chosen one of several; "" for none."""
        curves = live.trajectory.curves if live.trajectory is not None else {}
        found = [name for name in OWN if name in curves and not np.isnan(curves[name]).all()]
        several = len(found) > 1 and all(name in CALLED for name in found)
        if several and found != [value for value, _ in self._choices]:
            self._choices = [(name, CALLED[name][0]) for name in found]
            self.which.set_choices(self._choices)
        self.which.setVisible(several)
        return self.which.value() if several else next(iter(found), "")

    def _terms(self, live: LiveRun, first: int, span: tuple[float, float]) -> None:
        """The mean size of each term over the samples."""
        sizes, named = means(live), live.opened.terms if live.opened else ()
        self.terms.set_title(self._titled(TERMS))
        # in the order of the equation's rows, so that the figures above the plot can be told apart
        self.terms.set_curves([Curve(term.title, term.name, *finite(sizes[term.name], first))
                               for term in named if term.name in sizes], span)

    def _curve(self, plot: CurvePlot, title: str, colour: str, y: np.ndarray, first: int,
               span: tuple[float, float], scale: Scale | None = None, beside: Sequence[Curve] = ()) -> None:
        """One curve that begins at step `first`, with those that it is held against."""
        plot.set_title(self._titled(title))
        plot.set_curves([Curve(title, colour, *finite(y, first)), *beside], span, scale)

    def _titled(self, title: str) -> str:
        """A title that says of which run the curves are, where two are shown."""
        return " · ".join(filter(None, (self._stage.whose, title)))

    def _cursor(self, index: int) -> None:
        at = float(index) if self._stage.recorded else None
        self.terms.set_cursor(at)
        self.second.set_cursor(at)
        self._read(index)

    def _read(self, index: int) -> None:
        """Write the values of a step on the choice among the run's own curves."""
        live = self._stage.live
        if self.which.isHidden() or live is None or live.trajectory is None:
            return
        curves, at = live.trajectory.curves, index - live.trajectory.first
        for name, title in self._choices:
            values = curves.get(name, np.empty(0))
            told = f" {values[at]:.{CALLED[name][1]}f}" if 0 <= at < len(values) else ""
            self.which.button(name).setText(title + told)


def _beside(own: str, curves: Mapping[str, np.ndarray], first: int) -> list[Curve]:
    """What a curve of the run's own is held against, dashed; nothing for most."""
    name, title, colour, _ = BESIDE.get(own, ("", "", "", ""))
    return [Curve(title, colour, *finite(curves[name], first), dashed=True)] if name in curves else []


def means(live: LiveRun) -> dict[str, np.ndarray]:
    """Mean size of each term of a run over the batch by step: (recorded,)."""
    if live.trajectory is None:
        return {}
    return {name: values.mean(axis=1) for name, values in live.trajectory.terms.items()}


def finite(y: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Values from step `first` on with their steps, without those that have none: nothing moves (NaN) at the end."""
    steps = np.arange(first, first + len(y), dtype=float)
    good = ~np.isnan(y)
    return y[good], steps[good]


def endless(log_snr: np.ndarray) -> np.ndarray:
    """log-SNR with ∞ where there is no noise; the engine stops at 60."""
    return np.where(np.abs(log_snr) > ENDLESS, np.copysign(np.inf, log_snr), log_snr)
