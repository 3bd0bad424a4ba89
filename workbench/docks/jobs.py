"""The Jobs panel: what runs, what waits, and pausing or stopping all of it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from widgets.error_bar import Remedy
from widgets.job_list import JobList, JobRow
from widgets.theme import mark
from workbench.desk import Desk
from workbench.docks.dock import Dock, TitleRow
from workbench.jobs import Job
from workbench.library.records import State
from workbench.parts import IconButton, column, label
from workbench.words import WORDS, duration


class JobsDock(Dock):
    """Follows the queue. Signals: those of QDockWidget."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        queue = desk.queue
        self._count = label("", "mono", "Jobs in the queue")
        self._pause = IconButton("pause", desk.actions["run.pause"])
        self._stop = IconButton("square", desk.actions["run.cancel_all"])
        title = TitleRow("Jobs")
        for widget in (self._count, self._pause, self._stop):
            title.add(widget)
        for button in (self._pause, self._stop):
            mark(button, small=True)
            button.setFixedSize(24, 24)
        self.list = JobList()
        page = QWidget()
        column(self.list, margins=(14, 2, 12, 8), parent=page)
        super().__init__("jobsDock", "Jobs", page, title)
        self.list.pause_asked.connect(queue.pause)
        self.list.resume_asked.connect(queue.resume)
        self.list.cancel_asked.connect(self._cancel)
        self.list.move_asked.connect(self._move)
        for signal in (queue.job_added, queue.job_changed, queue.job_finished, queue.order_changed):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the queue: what runs, then what waits in its order; nothing of what is over."""
        alive = self._shown()
        self.list.set_rows([row_of(job) for job in alive])
        waiting = sum(job.state is State.WAITING for job in alive)
        self._count.setText(f"{waiting} queued" if waiting else "")
        self._desk.actions.enable(bool(alive), "run.pause", "run.cancel", "run.cancel_all")

    def _shown(self) -> list[Job]:
        # a job that is to be shown at once was put before the one that still runs
        return sorted(self._desk.queue.alive(), key=lambda job: job.state is not State.RUNNING)

    def _cancel(self, job: str) -> None:
        title = self._desk.queue.job(job).title
        self._desk.queue.cancel(job)
        again: Remedy = ("Go on", lambda: self._desk.queue.resume(job))
        self._desk.offer(f"Stopped “{title}”; what is done is kept.", again)

    def _move(self, job: str, by: int) -> None:
        # places are counted among the jobs shown; those that are over still have theirs in between
        shown = [j.id for j in self._shown()]
        target = shown[min(max(shown.index(job) + by, 0), len(shown) - 1)]
        self._desk.queue.move(job, [j.id for j in self._desk.queue.jobs()].index(target))


def row_of(job: Job) -> JobRow:
    """A job as its line shows it."""
    share = job.done / job.total if job.total else 0.0
    words = WORDS.get(job.state, f"{100 * share:.0f} %")
    if job.state is State.RUNNING and job.eta is not None:
        words += f" · {duration(job.eta)}"
    return JobRow(job.id, job.title, share, words, job.state is State.RUNNING, job.state is State.PAUSED,
                  job.state is State.WAITING)


