"""What the library stores: runs, their states and files, and how they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


# stored by these words: a renamed one would make old runs failures
class State(StrEnum):
    """Where a run is in its life. The first three are alive: they belong to a job of the queue."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def alive(self) -> bool:
        """Whether a job of the queue still has this run."""
        return self in ALIVE

    @property
    def resumable(self) -> bool:
        """Whether it ended early and can go on."""
        return self in RESUMABLE


ALIVE = frozenset({State.WAITING, State.RUNNING, State.PAUSED})
RESUMABLE = frozenset({State.INTERRUPTED, State.CANCELLED, State.FAILED})


class Sort(StrEnum):
    """Orders of the run list."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    STARRED = "starred"


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to add.

    recipe: its JSON; options: the recipe's options without attachments;
    parent and branch_step: the run and the step it branched from; created: seconds since 1970, None for now.
    """

    id: str
    title: str
    task: str
    recipe: str
    options: Mapping[str, Any]
    parent: str | None = None
    branch_step: int | None = None
    created: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the library as a list shows it; recipe, thumbnail and files are asked for separately.

    created, finished, trashed: seconds since 1970 (finished None while alive, trashed None outside the trash);
    done of total: progress in steps; seconds: time spent running, pauses left out; error: the sentence of a failure;
    notes: what there is to know of the result, such as files that were left out, or "";
    origin: title of the training that this one continues, or "".
    """

    id: str
    title: str
    task: str
    state: State
    created: float
    finished: float | None
    model: str
    seed: int | None
    starred: bool
    trashed: float | None
    parent: str | None
    branch_step: int | None
    done: int
    total: int
    seconds: float
    error: str
    options: Mapping[str, Any]
    metrics: Mapping[str, float]
    notes: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class RunFile:
    """A file of a run: kind ("image", "samples", "checkpoint", "model" …), path inside the run's folder."""

    run: str
    kind: str
    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Query:
    """Which runs, and in which order.

    words: every word must occur in title, model, recipe or metrics; “steps=50”, “sampler.eta>0.2”
    and “accuracy>=0.97” compare one option or metric, “task:train”, “state:failed” and “starred” what the
    run is; words in quotes stay together. trashed: the trash instead of the runs.
    """

    words: str = ""
    tasks: frozenset[str] = frozenset()
    states: frozenset[State] = frozenset()
    models: frozenset[str] = frozenset()
    starred: bool = False
    trashed: bool = False
    sort: Sort = Sort.NEWEST
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is missing or no longer what was recorded; sentence says which."""

    file: RunFile
    sentence: str
