"""Stopping jobs: what ran is kept in the library, what never began leaves it, and undo brings it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.desk import Desk
from workbench.library.records import State
from workbench.preparing import Preparing


class StopController:
    """Ends jobs of the queue. It has no signals.

    Args:
        desk: shared parts.
        preparing: runs that are not in the queue yet.
    """

    def __init__(self, desk: Desk, preparing: Preparing) -> None:
        self._desk, self._preparing = desk, preparing
        self._ending = dict[str, str]()  # what is said of jobs that end their step yet
        desk.queue.job_finished.connect(self._ended)

    def stop_all(self) -> None:
        """End every job."""
        # those that wait first, or the next of them would begin as soon as the one that runs has ended
        alive = sorted(self._desk.queue.alive(), key=lambda job: job.state is State.RUNNING)
        prepared = list(self._preparing.titles)
        self.stop([*(job.id for job in alive), *prepared])
        if not alive and not prepared:
            self._desk.say("There is no job to stop")

    def stop(self, jobs: Sequence[str]) -> None:
        """End some jobs and say what became of them."""
        self._drop(job for job in jobs if job in self._preparing.titles)
        jobs = [job for job in jobs if self._desk.queue.has(job)]
        titles = {job: self._desk.queue.job(job).title for job in jobs}
        shown = self._desk.stage.run
        gone = self._end(jobs)
        if gone:
            self._desk.history.push("Stop jobs", lambda: self._bring_back(gone, shown), lambda: self._end(gone))
            some = f"{len(gone)} waiting jobs" if len(gone) > 1 else f"“{titles[gone[0]]}”, which had not begun, is"
            self._desk.offer_undo(f"{some} removed.")
        elif len(jobs) == 1:
            self._tell(jobs[0], titles[jobs[0]])

    def _tell(self, job: str, title: str) -> None:
        """Say that a job is stopped, or is about to be where it ends its step yet."""
        if self._desk.queue.job(job).state.alive:
            self._ending[job] = f"Stopping “{title}”…"
            self._desk.done(self._ending[job])
        else:
            self._desk.done(f"Stopped “{title}”; what is done is kept.", ("Go on", lambda: self._desk.resume(job)))

    def _ended(self, job: str) -> None:
        """A job is over: of one that was to be, what came of it."""
        said = self._ending.pop(job, "")
        if said:
            self._desk.withdraw(said)
            queue = self._desk.queue
            if queue.has(job) and queue.job(job).state is State.CANCELLED:
                self._tell(job, queue.job(job).title)

    def _drop(self, keys: Iterable[str]) -> None:
        """Give up what is being prepared."""
        for key in list(keys):
            self._desk.say(f"{self._preparing.titles[key]} is not prepared any more; press Run to have it")
            self._preparing.drop(key)

    def _end(self, jobs: Sequence[str]) -> list[str]:
        """End jobs; those that never began leave queue and library, and are returned."""
        queue = self._desk.queue
        gone = list[str]()
        for job in jobs:
            queue.cancel(job)
            now = queue.job(job)
            # one that the engine thread has to end itself has begun, even if it has made no step yet
            if now.state is State.CANCELLED and not now.done and not now.elapsed:
                gone.append(job)
        with self._desk.guard():
            self._desk.library.delete(gone)
        self._desk.stage.part(gone)
        for job in gone:
            queue.release(job)
            queue.remove(job)
        if gone:
            self._desk.runs_changed()
        return gone

    def _bring_back(self, jobs: Sequence[str], shown: str) -> None:
        """Put jobs back into the queue, in their order, unless the trash was emptied meanwhile.

        shown: the run that was on the canvas, where it stands again unless another one does by now.
        """
        there = [job for job in jobs if self._desk.library.has(job)]
        if len(there) < len(jobs):
            self._desk.complain("The trash was emptied since; these jobs cannot be brought back.")
        with self._desk.guard():
            self._desk.library.restore(there)
            for job in there:
                self._desk.queue.resume(job)
        if shown in there and self._desk.stage.live is None:
            self._desk.stage.show(self._desk.queue.live(shown))
        self._desk.runs_changed()
