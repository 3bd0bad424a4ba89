"""Holding the queue and going on with it, and which job “Stop” means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.library.records import State
from workbench.running.jobs import Job, JobQueue

NOTHING = "Nothing runs or waits"  # said by whatever acts on jobs


class PauseController:
    """Pauses what runs and holds what waits, until it is asked to go on with just these. It has no signals.

    A job paused by itself, in the list of jobs, lets the next one pass; jobs put into the queue while it is held run.

    Args:
        queue: of the jobs.
        say: writes into the status line.
        end: ends jobs that have not begun, by ids.
    """

    def __init__(self, queue: JobQueue, say: Callable[[str], None], end: Callable[[Sequence[str]], object]) -> None:
        self._queue, self._say, self._end = queue, say, end
        self._held = list[str]()  # ids, that which ran first

    def toggle(self) -> None:
        """Hold what runs and waits, or go on with what was held, that which ran first."""
        alive = self._queue.alive()
        if not alive:
            self._say(NOTHING)
        elif all(job.rests for job in alive):
            held = self._still_held(alive) or alive[:1]
            self._first(held)
            for job in held:
                self._queue.resume(job.id)
        else:
            self._hold(alive)

    def toggle_all(self) -> None:
        """Hold what runs and waits, or go on with every job where all are paused."""
        alive = self._queue.alive()
        if not alive:
            self._say(NOTHING)
        elif all(job.rests for job in alive):
            self._first(self._still_held(alive) or alive[:1])
            self._queue.resume_all()
        else:
            self._hold(alive)

    def stop(self) -> None:
        """End what runs, or what ran when the queue was held; what is done is kept."""
        alive = self._queue.alive()
        meant = [job for job in alive if job.state is State.RUNNING] or self._still_held(alive) or alive
        if not meant:
            self._say(NOTHING)
        for job in meant[:1]:
            if job.state is State.RUNNING or job.done:
                self._queue.cancel(job.id)
            else:
                self._end([job.id])

    def _hold(self, alive: list[Job]) -> None:
        # one that rests for another would go on by itself: it is held too, and comes after that one
        going = sorted((job for job in alive if job.until or not job.rests),
                       key=lambda job: bool(job.until) or job.state is not State.RUNNING)
        self._held = [job.id for job in (*going, *self._still_held(alive))]
        self._queue.pause_all()

    def _first(self, held: list[Job]) -> None:
        # another may have been put before it meanwhile
        self._queue.move(held[0].id, 0)

    def _still_held(self, alive: list[Job]) -> list[Job]:
        """The held jobs that were not ended or started meanwhile, in their order."""
        resting = {job.id: job for job in alive if job.rests}
        return [resting[job] for job in self._held if job in resting]
