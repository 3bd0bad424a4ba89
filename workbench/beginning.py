"""What is said of the run on the canvas until it has a step to show."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engines.errors import BadInput
from engines.figure_rows import TABLE
from workbench.library.records import State
from workbench.running.jobs import Job, JobQueue
from workbench.running.mailbox import LiveRun
from workbench.stage import Stage

PREPARING = "Preparing the run …"
NOTHING = "No picture of this run is kept to look at; Run again, in its menu, makes it anew."
UNBEGUN = "This run had made no step when the program ended; Resume, in its menu, begins it."
TABLED = "What came of this run is a table, which has no steps to go through."
UNSEEN = "No previews of this training were made; set “Preview every” to see them."
FIGURES = {"frechet": "Fréchet distance", "real": "of real digits"}  # words in the names of figures


class Beginning(QObject):
    """Follows the run on the canvas up to its first step.

    Signals: changed() when `sentence` is another one.

    Args:
        queue: of the jobs.
        stage: what is on the canvas.
    """

    changed = Signal()

    def __init__(self, queue: JobQueue, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue, self._stage = queue, stage
        self.sentence = ""  # empty without a run, and once it has a step
        for signal in (queue.job_added, queue.job_changed, queue.job_finished, queue.order_changed,
                       stage.shown, stage.grown):
            signal.connect(self._look)

    def _look(self, *_: object) -> None:
        live = self._stage.live
        shown = self._stage.recorded or self._stage.fitting or self._stage.learning
        sentence = "" if live is None or shown else said(live, self._queue.alive())
        if live is not None and sentence == NOTHING and self._unbegun(live.run):
            sentence = UNBEGUN
        if sentence != self.sentence:
            self.sentence = sentence
            self.changed.emit()

    def _unbegun(self, run: str) -> bool:
        """Whether a run waited still, or had just come to its turn, when the program ended."""
        try:
            known = self._queue.library.run(run)
        except BadInput:  # gone from the library meanwhile
            return False
        return known.state is State.INTERRUPTED and not known.done


def said(live: LiveRun, jobs: list[Job]) -> str:
    """One sentence on a run without a step, "" while one that is over is read.

    Args:
        jobs: all that are alive, in order.
    """
    job = next((job for job in jobs if job.id == live.run), None)
    if job is None:
        others = TABLED if live.file(TABLE) is not None else UNSEEN if len(live.history.trained) else measured(live)
        drawn = charted(live) or others
        return "" if live.loading else drawn or NOTHING
    if job.state is State.PAUSED:
        return "Paused before its first step; its button under Jobs goes on with it."
    if job.state is State.WAITING:
        running = [other for other in jobs if other.state is State.RUNNING]
        before = {*(other.id for other in running), *(other.id for other in jobs[:jobs.index(job)] if not other.rests)}
        if before:
            return f"In the queue: {len(before)} {'job' if len(before) == 1 else 'jobs'} before it."
    return f"{live.sentence} …" if live.sentence and live.opened is None else PREPARING


def charted(live: LiveRun) -> str:
    """What the charts of a run are, "" of a run without any."""
    titles = [chart.title for chart in live.charts]
    if not titles:
        return ""
    return f"{titles[0]}: this run has no steps, but a chart." if len(titles) == 1 else \
        f"This run has no steps, but {len(titles)} charts: {'; '.join(titles)}."


def measured(live: LiveRun) -> str:
    """The figures of a run that measures and draws nothing, as a sentence; "" of any other."""
    if live.opened is not None or not live.measured or "nfe" in live.measured:  # a count of who draws, files lost
        return ""
    told = ", ".join(f"{' '.join(FIGURES.get(word, word) for word in name.split('_'))} {value:.3g}"
                     for name, value in live.measured.items())
    return f"{told[0].upper()}{told[1:]}."
