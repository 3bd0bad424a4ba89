"""The job queue as the window uses it: signals on the window's thread, work on the engine's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from workbench.library.library import Library
from workbench.library.records import State
from workbench.notices import Notices
from workbench.running.board import Board, Entry, Job, Wish
from workbench.running.engine_host import Engines, EngineThread
from workbench.running.gone import refuse_trashed
from workbench.running.last_used import LastUsed
from workbench.running.mailbox import LiveRun
from workbench.running.pace import Pace
from workbench.running.recorded import Recorded, record

if TYPE_CHECKING:
    from engines.recipe import Recipe

KEPT, KEPT_BYTES = 4, 128 * 2**20  # runs that are over and not looked at whose steps stay in memory, and their size

__all__ = ["Job", "JobQueue", "LiveRun", "State"]


class JobQueue(QObject):
    """Runs recipes one after the other on the engine thread; paused ones let others pass.

    All signals are sent on the thread that made the queue. Jobs and runs share their ids.

    Signals:
        ready(): torch and the engines are imported; `engines` says what there is.
        unavailable(str): they cannot be imported, and why.
        told(str): what the engine could not do while it goes on, such as writing a file; all such sentences at once.
        job_added(str), job_changed(str): at most 30 times a second and job.
        job_finished(str): it is done, failed or cancelled.
        job_failed(str, str): with the sentence to show.
        order_changed(): jobs were reordered or removed.
        run_opened(str): a run of the library is loaded, see `open_run`.
    """

    ready = Signal()
    unavailable = Signal(str)
    told = Signal(str)
    job_added = Signal(str)
    job_changed = Signal(str)
    job_finished = Signal(str)
    job_failed = Signal(str, str)
    order_changed = Signal()
    run_opened = Signal(str)
    _news = Signal()

    def __init__(self, library: Library, parent: QObject | None = None, *, device: str = "auto") -> None:
        """Make a queue; nothing runs before `start`.

        Args:
            library: where runs are recorded.
            device: kind of the device jobs run on.
        """
        super().__init__(parent)
        self.library = library
        self._board = Board()
        # queued, so that every public signal is sent on this object's own thread
        self._news.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._notices = Notices(self._news.emit)
        self._thread = EngineThread(self._board, self._notices, library, device)
        self._opened = dict[str, LiveRun]()
        self._used = LastUsed()
        # what the engines offer; None until `ready`, so that nobody finds them before those that wait for the signal
        self.engines: Engines | None = None

    # the engine

    def start(self) -> None:
        """Start the engine thread, which imports torch; call it once the window is visible."""
        self._thread.start()

    @property
    def device(self) -> str:
        """Kind of the device that new jobs run on ("auto" takes the fastest)."""
        return self._thread.device

    def set_device(self, kind: str) -> None:
        """Choose the device of jobs that have not started."""
        self._thread.device = kind

    def call(self, work: Callable[[], None]) -> None:
        """Have the engine thread do something short between two steps; it must not raise."""
        self._board.call(work)

    def close(self) -> None:
        """Stop after the present step and wait for the thread; unfinished jobs become interrupted runs."""
        self._board.close()
        if self._thread.ident is not None:
            # joined before anything is closed: the thread may still be writing the last step of these runs
            self._thread.join()
        self._deliver()
        for live in (*self._opened.values(), *(entry.live for entry in self._board.entries())):
            live.close()  # removes temporary files as well

    # jobs

    def submit(self, recipe: Recipe | str, title: str = "", *, parent: str | None = None,
               branch_step: int | None = None) -> Job:
        """Put a recipe (or its JSON) in the library, see `record`, and at the end of the queue."""
        return self.enqueue(record(self.library, recipe, title, parent=parent, branch_step=branch_step))

    def enqueue(self, recorded: Recorded, *, anew: bool = False) -> Job:
        """Put a run of the library at the end of the queue; `anew`: from its beginning, whatever is recorded of it."""
        run = recorded.run
        job = Job(run.id, run.title, run.task, State.WAITING, parent=run.parent)
        entry = Entry(job, recorded.recipe, LiveRun(run.id, run.task), Pace(run.seconds), anew=anew)
        entry.pace.done, entry.pace.total = run.done, run.total
        # a view of the run as it was before: the job's own takes its place
        self._opened.pop(run.id, None)
        self._board.add(entry)
        self.job_added.emit(run.id)
        return entry.snapshot()

    def resume(self, job: str) -> Job:
        """Go on with a paused job, or put an interrupted, cancelled or failed run back in the queue.

        It keeps its id and folder: training goes on from its checkpoint, sampling from its last recorded step, or
        from its beginning where it was done.
        Raises BadInput when the run is in the trash or gone, LibraryLocked when its files cannot be written.
        """
        entry = self._board.find(job)
        if entry is not None and entry.job.state.alive:
            if entry.job.state is State.PAUSED:
                # before it is woken: the engine thread may begin it at once, and says so to the library, too
                self.library.set_state(job, State.WAITING)
            if self._board.wake(entry):
                self.job_changed.emit(job)
            return entry.snapshot()
        run = self.library.run(job)
        refuse_trashed(run)
        self.library.own_folder(job)
        done = run.state is State.DONE
        if done:
            self.library.set_progress(job, 0, 0, 0.0)
        self.library.set_state(job, State.WAITING)
        return self.enqueue(Recorded(self.library.run(job), self.library.recipe(job)), anew=done)

    def pause(self, job: str, *, until: str = "") -> None:
        """Pause before the next step; the queue goes on with the next job. Does nothing to one that is over.

        until: the job for which it only rests, see `running.resting`; any other pause, and a resume, ends that.
        """
        entry = self._board.entry(job)
        entry.until = until
        if entry.job.state in {State.WAITING, State.RUNNING} and not self._halted(entry, State.PAUSED):
            self._board.wish(job, Wish.PAUSE)

    def pause_all(self) -> None:
        """Pause every job."""
        # those that wait first, or the next of them would begin as soon as the one that runs has paused
        for job in sorted(self.alive(), key=lambda job: job.state is State.RUNNING):
            self.pause(job.id)

    def resume_all(self) -> None:
        """Go on with every paused job."""
        for job in self.alive():
            self.resume(job.id)

    def cancel(self, job: str) -> None:
        """End a job before its next step and keep what is done; `resume` takes that back."""
        entry = self._board.entry(job)
        if not entry.job.state.alive:
            return
        if self._halted(entry, State.CANCELLED):
            self.job_finished.emit(job)
        else:
            self._board.wish(job, Wish.CANCEL)
            self.job_changed.emit(job)

    def move(self, job: str, place: int) -> None:
        """Move a job to a place in the order, 0 being first."""
        self._board.move(job, place)
        self.order_changed.emit()

    def remove(self, job: str) -> None:
        """Take a job that is over off the list; its run stays in the library. An alive one is cancelled instead."""
        if self._board.entry(job).job.state.alive:
            self.cancel(job)
            return
        self._board.discard(job)
        self.order_changed.emit()

    def jobs(self) -> list[Job]:
        """All jobs in order."""
        return [entry.snapshot() for entry in self._board.entries()]

    def alive(self) -> list[Job]:
        """Jobs that wait, run or are paused."""
        return [job for job in self.jobs() if job.state.alive]

    def job(self, job: str) -> Job:
        """One job; raises BadInput when it is not in the queue."""
        return self._board.entry(job).snapshot()

    def recipe(self, job: str) -> str:
        """The recipe of a job as JSON, "" when it is not in the queue."""
        entry = self._board.find(job)
        return entry.recipe if entry else ""

    # what the window draws

    def has(self, job: str) -> bool:
        """Whether a job is in the queue, or was and is still listed."""
        return self._board.find(job) is not None

    def live(self, job: str) -> LiveRun | None:
        """The live view of a job of this session, or of a run that is open; None otherwise."""
        entry = self._board.find(job)
        return self._opened.get(job) or (entry.live if entry else None)

    def open_run(self, run: str) -> LiveRun:
        """A run to look at: live, or loaded from the library by the engine thread (`loading`, then `run_opened`)."""
        found = self.live(run)
        # a job that is over may have been released: its view is then empty and must be loaded like any other
        if found is not None and (found.loading or found.version > 0 or self._alive(run)):
            return found
        view = LiveRun(run)
        view.loading = True
        self._opened[run] = view
        self._used.use(run)
        self._board.call(lambda: self._thread.load(view))
        return view

    def look_at(self, who: str, runs: Iterable[str]) -> None:
        """Say which runs a part of the window shows now, in place of those it showed before.

        Runs that are over and that nobody shows any more give their memory back, but for the last few.
        """
        self._used.show(who, runs)
        self._forget_oldest()

    def release(self, run: str) -> None:
        """Give back the memory of a run that is no longer looked at; does nothing to an alive one."""
        if self._alive(run):
            return
        self._used.drop(run)
        entry = self._board.find(run)
        for held in (self._opened.pop(run, None), entry.live if entry else None):
            if held is not None:
                held.close()
        if entry is not None:
            entry.live = LiveRun(run, entry.job.task)

    def _alive(self, run: str) -> bool:
        entry = self._board.find(run)
        return entry is not None and entry.job.state.alive

    def _halted(self, entry: Entry, state: State) -> bool:
        """Pause or cancel a job that has not begun, at once; False when the engine thread has to."""
        if not self._board.halt_waiting(entry.job.id, state):
            return False
        self.library.set_state(entry.job.id, state)
        self.job_changed.emit(entry.job.id)
        return True

    def _deliver(self) -> None:
        """Send the signals for all news so far."""
        news = self._notices.take()
        if news.ready:
            self.engines = self._thread.engines
            self.ready.emit()
        for signal, sentence in ((self.unavailable, news.unavailable), (self.told, " ".join(news.told))):
            if sentence:
                signal.emit(sentence)
        for job in news.changed:
            self.job_changed.emit(job)
        for job, sentence in news.failed:
            self.job_failed.emit(job, sentence)
        for job in news.finished:
            self._used.use(job)
            self.job_finished.emit(job)
        for run in news.opened:
            self.run_opened.emit(run)
        if news.finished or news.opened:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        """Let go of the steps of all runs but the last few, those that are shown and those that go on."""
        idle = [run for run in self._used.idle() if not self._alive(run)]
        size = 0
        for place, run in enumerate(idle):
            live = self.live(run)
            size += live.nbytes if live else 0
            if place >= KEPT or size > KEPT_BYTES:
                self.release(run)
