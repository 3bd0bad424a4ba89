"""Long runs that rest while a short one is computed that the user waits for."""

from __future__ import annotations

from PySide6.QtCore import QObject

from workbench.running.jobs import JobQueue


class Resting(QObject):
    """Pauses a job until another one is over. It has no signals.

    Args:
        queue: of the jobs.
    """

    def __init__(self, queue: JobQueue) -> None:
        super().__init__(queue)
        self._queue = queue
        queue.job_finished.connect(self._over)

    def rest(self, job: str, until: str) -> None:
        """Pause a job; it goes on by itself once the job `until` is done, failed or stopped.

        Not where the user has paused it, and not where they pause or resume it meanwhile: then it is in their hands.
        """
        if not self._queue.job(job).rests:
            self._queue.pause(job, until=until)

    def _over(self, run: str) -> None:
        for job in self._queue.alive():
            if job.until == run:
                self._queue.resume(job.id)
