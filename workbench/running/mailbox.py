"""What the window sees of a run while it goes on: the latest of everything, nothing queued."""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engines.errors import BadInput
from engines.files import write_atomic
from workbench.fields.belief_course import BeliefCourse
from workbench.fields.fit_course import FitCourse
from workbench.running.arrays_file import read_arrays

if TYPE_CHECKING:
    from engines.chart import Chart
    from engines.events import Belief, Opened
    from engines.formula import Explanation
    from engines.trajectory import Trajectory

KEPT = ("trained", "validated", "levels", "by_level", "steps")  # arrays of every saved history
MOST_PREVIEWS = 96  # then every second one goes: a long training keeps an even spread over its course


class Series:
    """Rows of numbers that grow; a reader on another thread sees whole rows only.

    Args:
        names: of the columns, the first being the step.
    """

    def __init__(self, *names: str) -> None:
        self.names = names
        self._rows = np.empty((8, len(names)))  # small: every run of a session has a few of these, most stay empty
        self._count = 0

    def __len__(self) -> int:
        """How many rows there are."""
        return self._count

    def __getitem__(self, name: str) -> np.ndarray:
        """A column by name: (n,) float64."""
        return self.columns(name)[0]

    def columns(self, *names: str) -> tuple[np.ndarray, ...]:
        """Columns of the same rows by name, each (n,) float64: of two asked for in turn one may be longer."""
        count = self._count  # read before the rows: a row is counted only once it is written
        rows = self._rows[:count]
        return tuple(rows[:, self.names.index(name)] for name in names)

    def add(self, *row: float) -> None:
        """Append a row; rows of the same or a later step, left from before a resume, go."""
        # steps ascend, so a resumed training that repeats some overwrites those it had reached before the stop
        count = int(np.searchsorted(self._rows[: self._count, 0], row[0]))
        if count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[count] = row
        # last: a reader looks at `_count` rows, and this one is whole now
        self._count = count + 1

    def cut(self, step: float) -> None:
        """Forget the rows of later steps."""
        self._count = int(np.searchsorted(self._rows[: self._count, 0], step, side="right"))

    def table(self) -> np.ndarray:
        """A copy of all rows: (n, columns)."""
        return self._rows[: self._count].copy()

    def fill(self, table: np.ndarray) -> None:
        """Take the rows of a saved table."""
        for row in table.reshape(-1, len(self.names)):
            self.add(*row)


class History:
    """The course of a training: losses, validations and previews by step.

    `beliefs` are those of a model of points at its previews. `began` is the step at which it took up another training,
    whose course comes first; 0 for one that began anew.
    """

    def __init__(self) -> None:
        self.trained = Series("step", "total", "loss", "learning_rate", "images_per_second", "grad_norm", "seconds")
        self.validated = Series("step", "loss")
        self.began = 0
        self.levels = np.empty(0)
        self._by_level = list[np.ndarray]()
        self._previews = list[tuple[int, np.ndarray]]()
        self.beliefs = BeliefCourse()

    @property
    def by_level(self) -> np.ndarray:
        """Validation loss by noise level: (validations, levels); `levels` are log-SNR bin centres."""
        rows = self._by_level[: len(self.validated)]
        return np.array(rows) if rows else np.empty((0, len(self.levels)))

    def go_on(self, step: int, losses: np.ndarray, validations: np.ndarray, levels: np.ndarray) -> None:
        """Another training is taken up at a step: what is here of its course stays, up to there.

        Where nothing is, its losses (step,) and validations (n, 2 + levels) stand in; rates and paces are not known.
        """
        self.began = step
        if not len(self.trained):
            self.recall(losses, validations, levels)
        self.trained.cut(step)
        self.validated.cut(step)
        self._previews = [sheet for sheet in self._previews if sheet[0] <= step]
        self.beliefs = self.beliefs.up_to(step)

    def recall(self, losses: np.ndarray, validations: np.ndarray, levels: np.ndarray) -> None:
        """Take losses (step,) and validations (n, 2 + levels); the rates and paces of those steps are not known."""
        count = len(losses)
        unknown = np.full((count, len(self.trained.names) - 3), np.nan)
        self.trained.fill(np.column_stack([np.arange(1, count + 1), np.full(count, count), losses, unknown]))
        for row in validations:
            self.validate(int(row[0]), float(row[1]), levels, row[2:])

    def validate(self, step: int, loss: float, levels: np.ndarray, by_level: np.ndarray) -> None:
        """Add a validation."""
        self.levels = np.asarray(levels)
        self.validated.add(step, loss)
        # a new list, not an append: a reader may hold the old one
        self._by_level = [*self._by_level[: len(self.validated) - 1], np.asarray(by_level)]

    def preview(self, step: int, samples: np.ndarray, belief: Belief | None = None) -> None:
        """Add images (B, C, H, W) in [−1, 1] or points (B, d); every second one goes when there are too many."""
        # a picture is kept as coarse as it is seen; a point by its numbers
        seen = np.clip(samples * 127.5 + 127.5, 0, 255).round().astype(np.uint8) if samples.ndim > 2 else \
            samples.astype(np.float32)
        kept = [p for p in self._previews if p[0] < step]
        if len(kept) >= MOST_PREVIEWS:
            kept = kept[::2]
        if belief is not None:
            self.beliefs = self.beliefs.more(step, belief, {at for at, _ in kept})
        self._previews = [*kept, (step, seen)]

    @property
    def preview_steps(self) -> tuple[int, ...]:
        """Steps of the previews that are kept."""
        return tuple(step for step, _ in self._previews)

    @property
    def pointed(self) -> bool:
        """Whether its previews are points, which are looked at one after the other as steps of a run are."""
        return bool(self._previews) and self._previews[-1][1].ndim == 2

    def preview_of(self, step: int) -> np.ndarray | None:
        """The preview of a step, float32 as it was added; None for one that went since `preview_steps`."""
        seen = next((seen for at, seen in self._previews if at == step), None)
        return seen.astype(np.float32) / np.float32(127.5) - 1 if seen is not None and seen.dtype == np.uint8 else seen

    def save(self, file: Path) -> None:
        """Write everything to one file, atomically; raises DiskFull."""
        steps = np.array(self.preview_steps, dtype=np.int64)
        pictures: dict[str, Any] = {f"preview_{k}": seen for k, (_, seen) in enumerate(self._previews)}
        out = io.BytesIO()
        np.savez_compressed(out, trained=self.trained.table(), validated=self.validated.table(), levels=self.levels,
                            by_level=self.by_level, steps=steps, began=np.array(self.began), **pictures,
                            **self.beliefs.arrays())
        write_atomic(file, out.getvalue())

    def load(self, file: Path) -> None:
        """Take a saved history; a missing or damaged file leaves it empty, since the model does not need it."""
        saved = read_arrays(file)
        try:
            trained, validated, levels, by_level, steps = (saved[name] for name in KEPT)
            previews = [(int(step), saved[f"preview_{k}"]) for k, step in enumerate(steps)]
        except KeyError:
            return
        self.trained.fill(trained)
        self.validated.fill(validated)
        self.levels, self._by_level, self._previews = levels, list(by_level), previews
        self.beliefs = BeliefCourse.of(saved)
        # histories of earlier versions do not tell
        self.began = int(saved.get("began", 0))


class LiveRun:
    """A run as the window sees it, live or opened from the library. Written by the engine thread only.

    The window polls `version` with a timer and redraws when it changed.

    Attributes:
        run: id of the run.
        opened: what a scrubber and an equation panel need; None until sampling starts.
        trajectory: every recorded step; None for a run that is not sampling.
        history: of a training.
        fit: the half steps of a fitted mixture; empty for any other run.
        samples: the finished samples (B, C, H, W) in [−1, 1], or None.
        sentence: what goes on now.
        notice: what the user should know of the result, such as why a repeat is not identical, or "".
        trouble: what the user should know at once, or "".
        unkept: what of it could not be written to the disk, and why; "" when all of it is there.
        files: (kind, path) of every file written so far.
        explained: the formula of what it works out; None where sampling or a fit tells its own.
        measured: figures of the finished task.
        charts: what it drew so far, the latest of each title.
        task: name of its task, "" until it is known.
        device: kind of the device it is computed on; whole: whether it began at its beginning, not at a step.
        loading: whether it is still being read from the library.
    """

    def __init__(self, run: str, task: str = "") -> None:
        self.run, self.task = run, task
        self.opened: Opened | None = None
        self.trajectory: Trajectory | None = None
        self.history = History()
        self.fit = FitCourse()
        self.samples: np.ndarray | None = None
        self.sha256 = ""
        self.nfe = 0
        self.seconds = 0.0
        self.sentence = self.notice = self.trouble = self.unkept = ""
        self.files: tuple[tuple[str, Path], ...] = ()
        self.explained: Explanation | None = None
        self.measured: Mapping[str, float] = {}
        self.charts: tuple[Chart, ...] = ()
        self.device, self.whole = "", False
        self.loading = False
        self.version = 0
        self._lock = threading.Lock()

    def touch(self) -> None:
        """Say that something changed."""
        with self._lock:
            # locked, since the window touches it too when it closes a run: a lost count would be a missed redraw
            self.version += 1

    def curve(self, name: str) -> np.ndarray:
        """A curve of the sampling by name: (recorded,); raises BadInput when there is none."""
        curves: dict[str, Any] = self.trajectory.curves if self.trajectory else {}
        if name not in curves:
            raise BadInput(f"This run has no curve “{name}”; it has {', '.join(curves) or 'none'}.")
        return curves[name]

    def file(self, kind: str) -> Path | None:
        """The latest file of a kind ("model", "checkpoint", "image" …), or None."""
        return next((path for found, path in reversed(self.files) if found == kind), None)

    @property
    def nbytes(self) -> int:
        """Bytes of main memory that the recorded steps take."""
        return self.trajectory.nbytes if self.trajectory else 0

    def close(self) -> None:
        """Give the memory of the recorded steps back; the run stays in the library."""
        if self.trajectory is not None:
            self.trajectory.close()
        self.trajectory, self.samples, self.history, self.fit = None, None, History(), FitCourse()
        self.touch()
