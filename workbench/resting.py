"""Long runs that rest while a short one is computed that the user waits for."""

from __future__ import annotations

from PySide6.QtCore import QObject

from workbench.jobs import JobQueue
from workbench.library.records import State


class Resting(QObject):
    """Pauses a job until another one is over. It has no signals.

    Args:
        queue: of the jobs.
    """

    def __init__(self, queue: JobQueue) -> None:
        super().__init__(queue)
        self._queue = queue
        self._until = dict[str, str]()  # by resting job the one it waits for
        queue.job_finished.connect(self._over)

    def rest(self, job: str, until: str) -> None:
        """Pause a job; it goes on by itself once the job `until` is done, failed or stopped."""
        self._queue.pause(job)
        self._until[job] = until

    def _over(self, run: str) -> None:
        for job in [job for job, until in self._until.items() if until == run]:
            del self._until[job]
            if any(other.id == job and other.state in {State.PAUSED, State.RUNNING} for other in self._queue.jobs()):
                self._queue.resume(job)
