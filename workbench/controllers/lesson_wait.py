"""What a lesson waits for, told in its strip, and letting it go first."""

from __future__ import annotations

from collections.abc import Callable

from workbench.actions import Spec
from workbench.desk import Desk
from workbench.library.records import State
from workbench.pages.lesson_strip import LessonStrip
from workbench.running.jobs import Job

WAITS = "No lesson waits for another job"


class LessonWaitController:
    """Watches the queue while a lesson is on. It has no signals.

    Args:
        desk: its queue.
        strip: of the lesson, which says for what it waits.
        runs: those of the lesson that is on, in the order of its panels; none where none is.
    """

    def __init__(self, desk: Desk, strip: LessonStrip, runs: Callable[[], tuple[str, ...]]) -> None:
        self._desk, self._strip, self._runs = desk, strip, runs
        queue = desk.queue
        desk.actions.add(Spec("lesson.first", "Let it go first", section="lesson", icon="chevron-up", needs=WAITS,
                              help="What runs now rests until the runs of the lesson are done"), self.let_go_first,
                         lambda: self.job is not None)
        for signal in (queue.job_added, queue.job_changed, queue.job_finished, queue.order_changed):
            signal.connect(self.tell)

    @property
    def job(self) -> Job | None:
        """The job that runs while the lesson waits for its turn; None where it does not wait."""
        runs = self._runs()
        alive = [job for job in self._desk.queue.alive() if not job.rests] if runs else []
        own = [job for job in alive if job.id in runs]
        if not own or any(job.state is State.RUNNING for job in own):
            return None
        return next((job for job in alive if job.state is State.RUNNING), None)

    def tell(self, *_: object) -> None:
        """Say what it waits for, or nothing."""
        job = self.job
        self._strip.wait("" if job is None else f"The lesson begins after “{job.title}”, which runs now.")

    def let_go_first(self) -> None:
        """Have what runs rest until the last run of the lesson is over."""
        job = self.job
        if job is None:
            self._desk.say(WAITS)
        else:
            self._desk.queue.pause(job.id, until=self._runs()[-1])
            self.tell()
