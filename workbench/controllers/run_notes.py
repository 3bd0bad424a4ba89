"""What the canvas says before the engine is there, and under a run what there is to know of it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from workbench.desk import Desk
from workbench.library.records import Query, State
from workbench.pages.images_page import ImagesPage

STARTING = "Starting the engine, which takes a few seconds."
FIRST = f"{STARTING} Then a first run draws samples by itself."
SCRUB = "Drag the slider below, or press ← and →, to go back through the steps of this run."


class RunNotes(QObject):
    """Follows engine, queue and stage. It has no signals.

    Args:
        desk: shared parts.
        canvas: says it, and owns this.
    """

    def __init__(self, desk: Desk, canvas: ImagesPage) -> None:
        super().__init__(canvas)
        self._desk, self._canvas = desk, canvas
        self._new = not desk.session.drafted and not desk.library.runs(Query(limit=1))
        self._first = self._hinted = ""  # the run of a new user, and the same while the hint stands under it
        canvas.show_beginning(FIRST if self._new else STARTING)
        queue, stage = desk.queue, desk.stage
        queue.ready.connect(lambda: canvas.show_beginning(""))
        queue.job_added.connect(self._added)
        queue.job_finished.connect(self._finished)
        stage.shown.connect(self._tell)
        stage.moved.connect(self._moved)

    def _added(self, run: str) -> None:
        """The first run of all is the one to learn on."""
        if self._new:
            self._new, self._first = False, run

    def _finished(self, run: str) -> None:
        stage, job = self._desk.stage, self._desk.queue.job(run)
        if run == self._first == stage.run and job.state is State.DONE and stage.following and stage.recorded:
            self._hinted = run
        self._tell()

    def _moved(self, index: int) -> None:
        """Whoever goes through the steps needs no hint."""
        if self._hinted and index < self._desk.stage.last:
            self._hinted = ""
            self._tell()

    def _tell(self) -> None:
        self._canvas.tell(self._note())

    def _note(self) -> str:
        """What there is to know of the run, under the pictures and not over them, and the hint for a new user."""
        live = self._desk.stage.live
        if live is None:
            return ""
        return " ".join(filter(None, (live.notice, SCRUB if live.run == self._hinted else "")))
