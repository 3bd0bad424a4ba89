"""What the canvas says before there is a step to show, and under it what there is to know of a run that is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from workbench.desk import Desk
from workbench.library.records import Query, State
from workbench.workspaces.images_page import ImagesPage

STARTING = "Starting the engine, which takes a few seconds."
FIRST = f"{STARTING} Then a first run draws samples by itself."
IDLE = "Press Run to draw samples, or open a picture to inpaint, edit or noise it."
SCRUB = "Drag the slider below, or press ← and →, to go back through the steps of this run."


class BeginningController(QObject):
    """Follows engine, queue and stage. It has no signals.

    Args:
        desk: shared parts.
        canvas: says it.
        start: what the button of the empty canvas does.
    """

    def __init__(self, desk: Desk, canvas: ImagesPage, start: Callable[[], object]) -> None:
        super().__init__(canvas)
        self._desk, self._canvas = desk, canvas
        self._new = not desk.session.drafted and not desk.library.runs(Query(limit=1))
        self._first = self._hinted = ""  # the run of a new user, and the same while the hint stands under it
        self._said = ""
        canvas.start.activated.connect(start)
        queue, stage = desk.queue, desk.stage
        queue.ready.connect(self._say)
        queue.job_added.connect(self._added)
        queue.job_changed.connect(self._say)
        queue.job_finished.connect(self._finished)
        stage.shown.connect(self._say)
        stage.moved.connect(self._moved)
        self._say()

    def _added(self, run: str) -> None:
        """The first run of all is the one to learn on."""
        if self._new:
            self._new, self._first = False, run
        self._say()

    def _finished(self, run: str) -> None:
        stage = self._desk.stage
        if run == self._first and run == stage.run and self._desk.queue.job(run).state is State.DONE \
                and stage.following:
            self._hinted = run
        self._say()

    def _moved(self, index: int) -> None:
        """Whoever goes through the steps needs no hint."""
        if self._hinted and index < self._desk.stage.last:
            self._hinted = ""
            self._say()

    def _say(self, *_: object) -> None:
        """Say what goes on, without a button while there is nothing to press."""
        words = self._words()
        if words != self._said:
            self._said = words
            self._canvas.start.set_sentence(words, "Run" if words == IDLE else "")
        self._canvas.tell(self._note())

    def _words(self) -> str:
        if not self._desk.ready:
            return FIRST if self._new else STARTING
        job = next((job for job in self._desk.queue.alive() if job.id == self._desk.stage.run), None)
        if job is None:
            return IDLE
        if job.state is State.RUNNING:
            return f"“{job.title}” has begun; its first step appears in a moment."
        return f"“{job.title}” waits for its turn." if job.state is State.WAITING else f"“{job.title}” is paused."

    def _note(self) -> str:
        """Of a run of this session the bar tells it at its end; one that is opened from the library has it here."""
        live = self._desk.stage.live
        if live is None:
            return ""
        if live.run == self._hinted:
            return SCRUB
        return "" if any(job.id == live.run for job in self._desk.queue.jobs()) else live.notice
