"""One run of a task on the command line, from its first event to the last word."""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from engines.errors import DiskFull, WorkbenchError
from engines.events import Event
from engines.recipe import Recipe
from engines.tasks.base import Task, options_of
from workbench.cli.charted import tell_charts
from workbench.cli.command import DONE, STOPPED
from workbench.cli.course import Course
from workbench.cli.keeping import Place, begin, shelve
from workbench.cli.outcome import Outcome
from workbench.cli.outputs import save_course, save_sampled, save_shown, save_unfinished
from workbench.cli.recording import MEANWHILE, Recording
from workbench.cli.shown import leave_shown
from workbench.cli.tabled import tell_tables
from workbench.cli.terminal import Terminal
from workbench.home import Home
from workbench.interrupt import Interrupt
from workbench.library.opening import LOCK, NOTE, Note
from workbench.library.records import State
from workbench.running.charts_file import save_tables

KINDS = {".png": "image", ".csv": "points", ".json": "recipe", ".safetensors": "checkpoint"}


class Session:
    """One run. Make it, then call `run` once.

    Args:
        task, recipe: what runs.
        place: where its files go.
        home: of the library.
        terminal: where it is told.
        notice: what is known of the run beforehand, or "".
    """

    def __init__(self, task: Task, recipe: Recipe, place: Place, home: Home, terminal: Terminal, notice: str) -> None:
        self.task, self.recipe, self.place, self.home, self.terminal = task, recipe, place, home, terminal
        self._title = task.title_of(options_of(recipe))
        self.outcome = Outcome(terminal, self._title, task.modality.noun,
                               course=Course() if task.shows_course else None,
                               steps=Recording(place.folder) if place.run else None,
                               notes=[notice] if notice else [])
        self._began, self._since = time.perf_counter(), time.time()
        self._beside = begin(place, recipe, self._title)

    def run(self, events: Iterator[Event]) -> int:
        """Drive the events, keep what comes of them and report; returns the exit code.

        Raises WorkbenchError; what was written until then is kept and its folder is told.
        """
        # to the end: files that are being written, and the library's list, are finished whenever Ctrl-C comes
        with self.terminal.interrupt.gently() as watch, contextlib.closing(self.outcome):
            try:
                drive(events, self.outcome, watch)
                stopped = watch.pressed
                self.terminal.close()
                files = self._written(stopped)
            except BaseException:
                self._rescue()
                raise
            self._shelve(State.CANCELLED if stopped else State.DONE, files)
            self._report(self._published(files), stopped)
        return STOPPED if stopped else DONE

    @property
    def seconds(self) -> float:
        """How long sampling took, or the whole run so far."""
        return self.outcome.sampled.seconds if self.outcome.sampled else time.perf_counter() - self._began

    def _written(self, stopped: bool) -> dict[Path, str]:
        """Write the results where the run is kept; on a full disk only where the user wants them."""
        try:
            return self._files(stopped)
        except DiskFull as error:
            elsewhere = self.place.without_library()
            if elsewhere is None:
                raise
            if self._beside is not None:
                self._beside.end(None)
            self.terminal.say(f"The run will not be in the library: {error}")
            self.place = elsewhere
            return self._files(stopped)

    def _files(self, stopped: bool) -> dict[Path, str]:
        """Write the results; every file of the run with its kind."""
        outcome, folder = self.outcome, self.place.folder
        if outcome.sampled is not None:
            written = [*save_course(folder, outcome.course, self.recipe),
                       *save_sampled(folder, outcome.sampled, self.recipe),
                       *save_shown(folder, outcome.shown.values(), self.recipe)]
        elif stopped:
            written = self._unfinished()
        else:
            written = []
        tables = dict.fromkeys(save_tables(folder, self.task.name, outcome.charts), "table")
        return {**{file: KINDS[file.suffix] for file in written}, **tables, **outcome.saved}

    def _unfinished(self) -> list[Path]:
        """Write what a run came to that has no result: the last step, or what a task left by itself when closed."""
        last, folder = self.outcome.last, self.place.folder
        if last is None:
            return sorted(folder.glob(self.task.leaves)) if self.task.leaves else []
        return save_unfinished(folder, last, self.recipe, needs_state=self.task.needs_state,
                               units=self.outcome.opened.units if self.outcome.opened is not None else None)

    def _rescue(self) -> None:
        """After an error: enter what there is into the library, or leave it where the user wants it, and tell where."""
        self.terminal.close()
        with contextlib.suppress(WorkbenchError):
            save_tables(self.place.folder, self.task.name, self.outcome.charts)
        told = self.place.folder
        if self.place.out is not None or not self.place.run:
            # the library keeps the steps; who looks in a folder of their own finds the last of them there
            with contextlib.suppress(WorkbenchError):
                self.place.publish(self._unfinished() if self.outcome.last is not None else [])
                told = self.place.out or told
        left = [file for file in sorted(self.place.folder.glob("[!.]*")) if file.name not in {NOTE, LOCK}
                and file.suffix != MEANWHILE]
        # the steps before the one that went wrong tell most of all why
        if left or (self.place.run and self.outcome.last is not None):
            self._shelve(State.FAILED, {file: KINDS[file.suffix] for file in left if file.suffix in KINDS})
            self.terminal.say(f"What was written until then is in “{told}”.")
        elif self._beside is not None:
            self._beside.end(None)
        self.place.tidy()

    def _shelve(self, state: State, files: Mapping[Path, str]) -> None:
        """Enter the run into the library, where it is to be kept there."""
        outcome = self.outcome
        if self.place.run:
            with contextlib.suppress(WorkbenchError):  # no room: the pictures are there
                files = {**files, **leave_shown(self.place.folder, outcome)}
        done = outcome.last.index if outcome.last else outcome.reached.get("step", outcome.total)
        note = Note(outcome.title or self._title, self.task.name, self.recipe.to_json(), self.recipe.options, state,
                    {file.name: kind for file, kind in files.items()}, numbers(outcome.values), int(done),
                    int(outcome.total), self.seconds, " ".join(outcome.notes), self._since)
        shelve(self.place, self.home, self._beside, note, self.terminal)

    def _published(self, files: Mapping[Path, str]) -> list[Path]:
        """Copy the files to where the user wants them; returns what to tell. Raises DiskFull or BadInput."""
        try:
            told = self.place.publish(list(files))
        except WorkbenchError:
            self.terminal.say(f"The results are in “{self.place.folder}”.")
            raise
        if not self.place.run:
            self.place.tidy()
        return told

    def _report(self, files: list[Path], stopped: bool) -> None:
        """The document, or the same for people."""
        figures: dict[str, Any] = {**self.outcome.reached, **self.outcome.values}
        if self.outcome.course is not None:
            figures["times"] = [round(t, 6) for t in self.outcome.course.times]
        values: dict[str, Any] = {"task": self.task.name, "files": [str(file) for file in files],
                                  "seconds": self.seconds, **figures, "notes": self.outcome.notes}
        if self.outcome.charts:
            values["charts"] = [chart.document() for chart in self.outcome.charts]
            tell_charts(self.terminal, self.outcome.charts)
        values |= tell_tables(self.terminal, self.outcome.saved)
        if stopped:
            values["stopped"] = True
            self.terminal.say("Stopped; what was done is kept." if files else "Stopped; there was nothing to keep yet.")
            if files and (resume := self.task.takes("training")):
                folder = shlex.quote(str(files[0].parent))
                self.terminal.say(f"Go on with: main.py {self.task.name} --{resume} {folder}")
        lines = [str(file) for file in files]
        lines += [f"{name}: {value:.6g}" if isinstance(value, float) else f"{name}: {value}"
                  for name, value in figures.items()]
        self.terminal.document(values, [*lines, f"seconds: {self.seconds:.2f}"])


def drive(events: Iterator[Event], outcome: Outcome, watch: Interrupt) -> None:
    """Take events until the last one or Ctrl-C; closing the generator lets the task save."""
    try:
        for event in events:
            outcome.take(event)
            if watch.pressed:
                break
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()


def numbers(values: Mapping[str, Any]) -> dict[str, float]:
    """The figures among some values."""
    return {name: float(cast(float, value)) for name, value in values.items() if isinstance(value, int | float)}
