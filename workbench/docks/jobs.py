"""The Jobs panel: what runs, what waits, and pausing or stopping all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtWidgets import QWidget

from engines.errors import BadInput
from widgets.drawing.theme import mark
from widgets.lists.job_line import JobRow
from widgets.lists.job_list import JobList
from workbench.desk import Desk
from workbench.docks.dock import Dock, TitleRow
from workbench.library.records import Run, State
from workbench.parts import IconButton, column, label
from workbench.preparing import Preparing
from workbench.running.aside import Aside
from workbench.running.jobs import Job
from workbench.wording.run_words import details, tip, told_options
from workbench.wording.words import WORDS, duration

STOPPING = "stopping…"  # a run that ends its step and keeps what is done
PREPARED = "being prepared"  # a run whose picture is packed and checked


class JobsDock(Dock):
    """Follows the queue. Signals: those of QDockWidget.

    Args:
        desk: shared parts.
        stop: ends jobs, by their ids.
        left: seconds of work that a job has before it, None where nobody can say.
        show_run: puts a run on the canvas.
        preparing: what will be in the queue in a moment.
    """

    def __init__(self, desk: Desk, stop: Callable[[Sequence[str]], object], left: Callable[[Job], float | None],
                 show_run: Callable[[str], object], preparing: Preparing) -> None:
        self._desk, self._left, self._preparing = desk, left, preparing
        self._runs, self._asides = dict[str, Run](), dict[str, Aside]()
        self._details: tuple[tuple[str, ...], dict[str, str]] = (), {}
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
        for signal, act in ((self.list.pause_asked, queue.pause), (self.list.resume_asked, queue.resume),
                            (self.list.show_asked, show_run)):
            signal.connect(lambda job, act=act: queue.has(job) and act(job))  # nothing for what is being prepared
        self.list.show_asked.connect(lambda key: key in self._asides and self._asides[key].show())
        self.list.cancel_asked.connect(lambda key: self._asides[key].stop() if key in self._asides else stop([key]))
        self.list.move_asked.connect(self._move)
        for signal in (queue.job_added, queue.job_changed, queue.job_finished, queue.order_changed, preparing.changed):
            signal.connect(self.refresh)
        queue.ready.connect(self._tell_anew)
        self.refresh()

    @property
    def words(self) -> str:
        """How many jobs there are and how long all of them take."""
        return self._count.text()

    def follow(self, aside: Aside) -> None:
        """Have a line for work that is not in the queue, as long as it goes on."""
        self._asides[aside.key] = aside
        aside.changed.connect(self.refresh)

    def refresh(self, *_: object) -> None:
        """Show the queue: what runs, then what waits in its order; nothing of what is over."""
        alive = self._shown()
        runs = self._known(alive)
        ends = finishes(alive, {job.id: self._left(job) for job in alive if job.id in runs})
        told = self._told(runs)
        rows = [row_of(job, ends[job.id], told.get(job.id, ""),
                       tip(job.title, told_options(runs[job.id])) if job.id in runs else job.title) for job in alive]
        soon = self._preparing.titles
        waiting = [JobRow(key, title, 0, PREPARED, waiting=True) for key, title in soon.items()]
        self.list.set_rows([*rows, *waiting, *beside(self._asides.values())])
        self._count.setText(summary(alive, ends) or (f"{len(soon)} {PREPARED}" if soon else ""))
        self._desk.actions.enable(bool(alive), "run.pause", "run.pause_all")
        self._desk.actions.enable(bool(alive or soon), "run.cancel", "run.cancel_all")

    def _tell_anew(self) -> None:
        """Tell all jobs once more: samplers have their words now."""
        self._details = (), {}
        self.refresh()

    def _known(self, alive: Sequence[Job]) -> dict[str, Run]:
        """The runs of jobs, each read once: what a run is to do never changes."""
        for job in alive:
            if job.id not in self._runs:
                try:
                    self._runs[job.id] = self._desk.library.run(job.id)
                except BadInput:  # removed this moment
                    continue
        self._runs = {job.id: self._runs[job.id] for job in alive if job.id in self._runs}
        return self._runs

    def _told(self, runs: Mapping[str, Run]) -> dict[str, str]:
        """What tells the jobs apart, made anew when others are there."""
        keys = tuple(sorted(runs))
        if keys != self._details[0]:
            self._details = keys, details({key: told_options(run) for key, run in runs.items()})
        return self._details[1]

    def _shown(self) -> list[Job]:
        # a job that is to be shown at once was put before the one that still runs
        return sorted(self._desk.queue.alive(), key=lambda job: job.state is not State.RUNNING)

    def _move(self, job: str, by: int) -> None:
        if not self._desk.queue.has(job):
            return
        # places are counted among the jobs shown; those that are over still have theirs in between
        shown = [j.id for j in self._shown()]
        target = shown[min(max(shown.index(job) + by, 0), len(shown) - 1)]
        self._desk.queue.move(job, [j.id for j in self._desk.queue.jobs()].index(target))


def finishes(jobs: Sequence[Job], left: Mapping[str, float | None]) -> dict[str, float | None]:
    """Seconds from now until each job is done, by id; None for a paused one and where nobody can say.

    Args:
        jobs: alive, in the order in which they run.
        left: seconds of work that each has before it, by id.
    """
    ends, before = dict[str, float | None](), 0.0
    known = True
    for job in jobs:
        if job.state is State.PAUSED:
            ends[job.id] = None
            continue
        known = known and left.get(job.id) is not None
        before += left.get(job.id) or 0.0
        ends[job.id] = before if known else None
    return ends


def beside(asides: Iterable[Aside]) -> list[JobRow]:
    """A line for each work that goes on beside the queue."""
    return [JobRow(each.key, each.title, each.progress.share, each.progress.facts, each.progress.detail, running=True,
                   apart=True) for each in asides if each.progress is not None]


def summary(jobs: Sequence[Job], ends: Mapping[str, float | None]) -> str:
    """“5 jobs · 2 min left”, without the time where it is not known, and of a single one, whose line says it."""
    if not jobs:
        return ""
    count = f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'}"
    going = [ends[job.id] for job in jobs if job.state is not State.PAUSED]
    last = going[-1] if going else None
    return count if last is None or len(jobs) == 1 else f"{count} · {duration(last)} left"


def row_of(job: Job, end: float | None, detail: str, facts: str) -> JobRow:
    """A job as its line shows it.

    Args:
        end: seconds until it is done, None unknown.
        detail: what tells it from others; facts: its options.
    """
    words = f"{100 * _share(job):.0f} %"
    if job.state is State.WAITING:
        words = WORDS[job.state] if end is None else f"done in {duration(end)}"
    elif job.state is State.PAUSED:
        words = f"paused at {words}" if job.done else WORDS[job.state]
    elif job.stopping:
        words = STOPPING
    elif end is not None:
        words += f" · {duration(end)}"
    return JobRow(job.id, job.title, _share(job), words, detail, facts, job.state is State.RUNNING,
                  job.state is State.PAUSED, job.state is State.WAITING)


def _share(job: Job) -> float:
    return job.done / job.total if job.total else 0.0
