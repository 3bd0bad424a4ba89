"""The queue's own state: jobs in order and what is wished of them; shared by window and engine thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from engines.errors import BadInput
from workbench.library.records import State
from workbench.running.mailbox import LiveRun
from workbench.running.pace import Pace


@dataclass(frozen=True, slots=True)
class Job:
    """One job as a list shows it; its id is the id of its run in the library.

    done of total: steps; rate: steps per second (0 unknown); eta: seconds left (None unknown);
    elapsed: seconds spent running; sentence: what goes on, or why it failed; report: file of a failure; error: its
    class; halting, stopping: it is about to pause, or to end; until: the job after which it goes on by itself, "" for
    none.
    """

    id: str
    title: str
    task: str
    state: State
    done: int = 0
    total: int = 0
    rate: float = 0.0
    eta: float | None = None
    elapsed: float = 0.0
    sentence: str = ""
    report: Path | None = None
    error: type[Exception] | None = None
    parent: str | None = None
    halting: bool = False
    stopping: bool = False
    until: str = ""

    @property
    def rests(self) -> bool:
        """Whether it is paused, or about to be."""
        return self.state is State.PAUSED or self.halting


class Wish(Enum):
    """What the user asked of a job since the engine last looked."""

    NONE = auto()
    PAUSE = auto()
    CANCEL = auto()


class Driver(Protocol):
    """What drives a job on the engine thread: `workbench.running.runner.Runner`, which the window must not import."""

    def wake(self) -> None:
        """Prepare the thread for this job's next step."""

    def advance(self) -> bool:
        """Take one event; False when there is none."""
        ...

    def keep(self) -> None:
        """Save what a resume needs."""

    def finish(self) -> None:
        """The job came to its end."""

    def leave(self, *, show: bool) -> None:
        """End early and keep what is done; `show`: draw what that is, too."""

    def abandon(self) -> None:
        """End after an error."""


@dataclass(slots=True)
class Entry:
    """A job with what belongs to it; changed only under the board's lock or by the engine thread."""

    job: Job
    recipe: str
    live: LiveRun
    pace: Pace = field(default_factory=Pace)
    wish: Wish = Wish.NONE
    stopping: bool = False  # from the wish until it has ended, which takes longer than to hear of it
    until: str = ""
    runner: Driver | None = None
    anew: bool = False  # whether it begins at its beginning, whatever an earlier run of it left
    awake: bool = False  # whether the engine thread has begun (again) since it last waited

    def snapshot(self) -> Job:
        """The job with its present progress."""
        pace = self.pace
        running = self.job.state is State.RUNNING
        return replace(self.job, done=pace.done, total=pace.total, rate=pace.rate if running else 0.0,
                       eta=pace.eta if running else None, elapsed=pace.elapsed,
                       halting=running and self.wish is Wish.PAUSE,
                       stopping=running and self.stopping, until=self.until)


class Board:
    """Jobs in order. The window adds and wishes; the engine thread takes what to do next."""

    def __init__(self) -> None:
        # one lock for everything: both threads hold it for microseconds, and the engine sleeps on it
        self._condition = threading.Condition()
        self._entries = dict[str, Entry]()
        self._order = list[str]()
        self._calls = list[Callable[[], None]]()
        self.closing = False

    def add(self, entry: Entry) -> None:
        """Put a job at the end of the queue, in place of an older one of the same run."""
        with self._condition:
            self._entries[entry.job.id] = entry
            self._order = [name for name in self._order if name != entry.job.id] + [entry.job.id]
            self._condition.notify()

    def call(self, work: Callable[[], None]) -> None:
        """Have the engine thread do something between two steps; it must not raise."""
        with self._condition:
            self._calls.append(work)
            self._condition.notify()

    def entry(self, job: str) -> Entry:
        """The entry of a job; raises BadInput when it is not in the queue."""
        entry = self._entries.get(job)
        if entry is None:
            raise BadInput(f"Job “{job}” is not in the queue any more; run it again from the library.")
        return entry

    def find(self, job: str) -> Entry | None:
        """The entry of a job, or None."""
        return self._entries.get(job)

    def entries(self) -> list[Entry]:
        """All entries in order."""
        with self._condition:
            return [self._entries[name] for name in self._order]

    def move(self, job: str, place: int) -> None:
        """Move a job to a place of the order (0 is first)."""
        with self._condition:
            self.entry(job)
            rest = [name for name in self._order if name != job]
            place = max(0, min(place, len(rest)))
            self._order = [*rest[:place], job, *rest[place:]]

    def discard(self, job: str) -> None:
        """Take a job that is over off the list."""
        with self._condition:
            self._entries.pop(job, None)
            self._order = [name for name in self._order if name != job]

    def wish(self, job: str, wish: Wish) -> None:
        """Ask something of a job; the engine thread does it before its next step."""
        with self._condition:
            entry = self.entry(job)
            entry.wish, entry.stopping = wish, wish is Wish.CANCEL
            self._condition.notify()

    def halt_waiting(self, job: str, state: State) -> bool:
        """Pause or cancel a job that waits and has nothing to close; False when it already began."""
        with self._condition:
            entry = self.entry(job)
            if entry.job.state not in {State.WAITING, State.PAUSED} or entry.runner is not None:
                return False
            entry.job = replace(entry.job, state=state)
            return True

    def set_state(self, entry: Entry, state: State, sentence: str | None = None) -> None:
        """Change a job's state and, unless None, its sentence."""
        with self._condition:
            said = entry.job.sentence if sentence is None else sentence
            entry.job, entry.stopping = replace(entry.job, state=state, sentence=said), False
            self._condition.notify()

    def wake(self, entry: Entry) -> bool:
        """Forget what was wished of a job that is alive; whether it was paused, and now waits for its turn."""
        with self._condition:
            # a resume that comes before the pause was carried out just takes it back
            entry.wish, entry.until, entry.stopping = Wish.NONE, "", False
            paused = entry.job.state is State.PAUSED
            if paused:
                entry.job = replace(entry.job, state=State.WAITING)
                self._condition.notify()
            return paused

    def pause(self, entry: Entry) -> None:
        """The engine did what a pause takes, which may be long; a resume that came meanwhile takes it back."""
        with self._condition:
            if entry.wish is Wish.PAUSE:
                entry.wish = Wish.NONE
                entry.job = replace(entry.job, state=State.PAUSED)

    def grant(self, entry: Entry) -> None:
        """The engine did what was wished of a job."""
        with self._condition:
            entry.wish = Wish.NONE

    def set_failure(self, entry: Entry, error: Exception, report: Path | None) -> None:
        """Say what a job failed by, and where the report of it is."""
        with self._condition:
            entry.job = replace(entry.job, error=type(error), report=report)

    def close(self) -> None:
        """Let the engine thread finish its present step and stop."""
        with self._condition:
            self.closing = True
            self._condition.notify()

    def take(self) -> Callable[[], None] | Entry | None:
        """Wait for what to do next: a call, the entry to work on, or None when closing. Engine thread only."""
        with self._condition:
            while not self.closing:
                # calls first: they are short, and somebody is looking at an empty picture until then
                if self._calls:
                    return self._calls.pop(0)
                entry = self._next()
                if entry is not None:
                    return entry
                self._condition.wait()
            return None

    def _next(self) -> Entry | None:
        """A job with a wish, else the running one, else the first that waits, which then runs."""
        # wishes before work, or cancelling a job further down would wait for all those in front
        ordered = [entry for name in self._order if (entry := self._entries[name]).job.state.alive]
        for wanted in (lambda e: e.wish is not Wish.NONE, lambda e: e.job.state is State.RUNNING,
                       lambda e: e.job.state is State.WAITING):
            entry = next(filter(wanted, ordered), None)
            if entry is not None:
                if entry.job.state is State.WAITING and entry.wish is Wish.NONE:
                    entry.job = replace(entry.job, state=State.RUNNING)
                return entry
        return None
