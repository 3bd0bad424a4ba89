"""The engine thread: imports torch, then drives one job's generator, step by step."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from engines.errors import NotWritable, WorkbenchError
from workbench import bridge
from workbench.home import unwritable
from workbench.library.library import Library
from workbench.library.records import State
from workbench.notices import Notices
from workbench.running.board import Board, Entry, Wish
from workbench.running.mailbox import LiveRun
from workbench.running.reports import write_report
from workbench.wording.component_words import kinds

if TYPE_CHECKING:
    from engines.device import Device
    from engines.inference.accelerator import Accelerator
    from engines.tasks.base import Task


@dataclass(frozen=True, slots=True)
class Engines:
    """What the engines offer: tasks by name, and the devices of this machine, fastest first."""

    tasks: Mapping[str, Task]
    devices: tuple[Device, ...]


@cache
def keep_imports() -> None:
    """Take what was imported out of the garbage collector's rounds, once in a process.

    It stays for good, and a round that walks all of torch's objects holds every thread up for 0.2 s.
    """
    gc.freeze()


class EngineThread(threading.Thread):
    """Takes work from the board until it closes. Every generator is made, driven and closed here.

    Args:
        board: jobs and wishes.
        notices: where news for the window go.
        library: where states and files are recorded.
        device: kind of device for new jobs.
    """

    def __init__(self, board: Board, notices: Notices, library: Library, device: str) -> None:
        super().__init__(name="engine")
        self.engines: Engines | None = None
        self.device = device
        self._board, self._notices, self._library = board, notices, library
        self._accelerator: Accelerator | None = None

    def run(self) -> None:
        """Import, serve, and leave unfinished jobs so that they can be resumed."""
        if self._import():
            while (work := self._board.take()) is not None:
                if isinstance(work, Entry):
                    self._work(work)
                else:
                    self._call(work)
        # on this thread, which made the generators: one that is running cannot be closed from another
        for entry in self._board.entries():
            if entry.job.state.alive:
                self._leave(entry, State.INTERRUPTED)
        if self._accelerator is not None:
            self._accelerator.close()

    def _call(self, work: Callable[[], None]) -> None:
        """Do something for the window; an error in it must not end the queue."""
        try:
            work()
        except Exception as error:
            self._notices.told(f"The engine could not do what was asked ({_short(error)}); try again.")

    def load(self, view: LiveRun) -> None:
        """Fill a view with a run of the library."""
        from workbench.running.run_files import load_run

        try:
            load_run(view, self._library)
        except WorkbenchError as error:
            view.sentence = str(error)
        except Exception as error:
            view.sentence = f"The run cannot be opened ({_short(error)}); run its recipe again."
        view.loading = False
        view.touch()
        self._notices.opened(view.run)

    def _import(self) -> bool:
        """Import torch and the engines; False with a sentence when that fails."""
        try:
            bridge.prepare_thread()
            from engines.device import devices
            from engines.tasks.base import tasks

            self.engines = Engines(tasks(), tuple(devices()))
            kinds()  # from now on the window has words for components
        except Exception as error:
            self._notices.unavailable(f"The engines cannot be loaded ({_short(error)}); install the program again.")
            return False
        keep_imports()
        from workbench.running.settled import settle

        self._call(lambda: settle(self._library))
        self._notices.ready()
        return True

    def _work(self, entry: Entry) -> None:
        """Do what a job needs next; whatever happens, the queue goes on."""
        try:
            if entry.wish is Wish.CANCEL:
                self._leave(entry, State.CANCELLED)
            elif entry.wish is Wish.PAUSE:
                self._pause(entry)
            else:
                self._advance(entry)
        except Exception as error:
            self._fail(entry, error)

    def _advance(self, entry: Entry) -> None:
        """One event of the job; begins it when it has not, ends it when it is over."""
        if not entry.awake:
            self._begin(entry)
        if entry.runner is not None and entry.runner.advance():
            self._notices.progress(entry.job.id)
        else:
            self._finish(entry)

    def _begin(self, entry: Entry) -> None:
        """Start a job, or go on with a paused one."""
        from engines.inference.accelerator import Accelerator
        from workbench.running.runner import Runner

        self._library.set_state(entry.job.id, State.RUNNING)
        # a power cut from now on must leave a run that can be resumed
        self._library.flush()
        # made here, since its pools of threads belong to the thread that makes them
        if self._accelerator is None:
            self._accelerator = Accelerator()
        if entry.runner is None:
            entry.runner = Runner(entry, self._library, self.device, self._accelerator)
        entry.runner.wake()
        entry.pace.start()
        entry.awake = True
        self._notices.changed(entry.job.id)

    def _pause(self, entry: Entry) -> None:
        """Stop asking for steps, with the state safe on disk."""
        # the clock stops before files are written, so that saving does not count as sampling
        self._rest(entry)
        if entry.runner is not None:
            # what is in memory is not lost by a full disk: it rests there, and the next save tries again
            self._quietly(entry.runner.keep)
            if entry.live.unkept:
                self._notices.told(entry.live.unkept)
        self._write(entry, State.PAUSED)
        self._board.pause(entry)
        self._notices.changed(entry.job.id)

    def _finish(self, entry: Entry) -> None:
        """The job came to its end."""
        if entry.runner is not None:
            entry.runner.finish()
        self._rest(entry)
        entry.runner = None
        self._settle(entry, State.DONE)
        self._call(lambda: self._keep_others(entry))  # whatever goes wrong with those, this job is done
        self._notices.changed(entry.job.id)
        self._notices.finished(entry.job.id)

    def _keep_others(self, entry: Entry) -> None:
        """What found room now may find it for what runs before had none for, while that is in memory."""
        from workbench.running.run_files import keep_course

        for other in self._board.entries():
            if other is not entry and other.live.unkept and not other.job.state.alive and not entry.live.unkept:
                self._quietly(lambda live=other.live: keep_course(live, self._library))
                self._notices.changed(other.job.id)

    def _leave(self, entry: Entry, state: State) -> None:
        """End a job early, keeping what is done: cancelled by the user, or interrupted by the program's end."""
        self._board.grant(entry)
        self._rest(entry)
        if entry.runner is not None:
            try:
                entry.runner.leave(show=state is State.CANCELLED)
            except Exception as error:
                self._fail(entry, error)
                return
            entry.runner = None
        self._settle(entry, state)
        self._notices.changed(entry.job.id)
        self._notices.finished(entry.job.id)

    def _fail(self, entry: Entry, error: Exception) -> None:
        """Turn an error into a sentence and a report; what was recorded is kept."""
        self._rest(entry)
        self._board.grant(entry)
        if isinstance(error, NotWritable) and isinstance(error.__cause__, OSError):
            # a job writes into the data folder only, and there is a remedy for that one
            error = unwritable(error.__cause__, self._library.home.root)
        report = write_report(self._library.home.reports, entry.job, entry.recipe, error)
        if entry.runner is not None:
            entry.runner.abandon()
            entry.runner = None
        where = f"; the report is “{report}”." if report else "; no report could be written."
        unforeseen = f"“{entry.job.title}” stopped by {_short(error)}{where}"
        sentence = str(error) if isinstance(error, WorkbenchError) else unforeseen
        self._board.set_failure(entry, error, report)
        self._settle(entry, State.FAILED, sentence)
        # after the runner is gone, since what its tensors hold cannot be given back
        bridge.release_memory()
        self._notices.changed(entry.job.id)
        self._notices.failed(entry.job.id, sentence)
        self._notices.finished(entry.job.id)

    def _rest(self, entry: Entry) -> None:
        """Stop the job's clock."""
        entry.awake = False
        entry.pace.stop()

    def _settle(self, entry: Entry, state: State, sentence: str | None = None) -> None:
        """Write a state to the board and, if the disk lets us, to the library."""
        self._write(entry, state, sentence or "")
        self._board.set_state(entry, state, sentence)

    def _write(self, entry: Entry, state: State, sentence: str = "") -> None:
        """Write a state to the library, if the disk lets us."""
        job, pace = entry.job.id, entry.pace
        self._quietly(lambda: self._library.set_progress(job, pace.done, pace.total, pace.elapsed))
        self._quietly(lambda: self._library.set_state(job, state, sentence))
        self._quietly(self._library.flush)

    def _quietly(self, write: Callable[[], None]) -> None:
        """A write whose failure must not stop the queue: the run is found as interrupted at the next start."""
        try:
            write()
        except WorkbenchError as error:
            self._notices.told(str(error))


def _short(error: Exception) -> str:
    """The kind of an error and the first line of its message."""
    line = (str(error).strip().splitlines() or [""])[0].rstrip(".")
    return f"{type(error).__name__}: {line}" if line else type(error).__name__
