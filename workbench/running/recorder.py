"""Recorder: on the engine thread, turns a task's events into the live view, the library and files."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

import numpy as np

from engines import events as ev
from engines.chart import with_chart
from engines.context import Start
from engines.errors import BadInput, DiskFull, WorkbenchError
from engines.modalities.scatter import is_pictures, portraits
from engines.provenance import drawn_classes
from engines.recipe import Recipe
from engines.recipe_png import save_png
from engines.recorded_size import too_large
from engines.training.state import FILE_NAME
from engines.trajectory import Trajectory
from workbench import bridge
from workbench.library.library import Library
from workbench.running import run_files
from workbench.running.chart_portrait import chart_portrait
from workbench.running.charts_file import load_charts, save_charts
from workbench.running.fit_file import follow, save_fit
from workbench.running.learning import learn
from workbench.running.mailbox import LiveRun
from workbench.running.pace import Pace
from workbench.running.result_notes import ResultNotes
from workbench.running.samples_file import save_samples
from workbench.running.thumbnail import thumbnail

BEAT = 1.0  # seconds between two saves of the resume point, at least
SHARE = 20  # saving the resume point, and saving all steps, may each take one part in so many of the time
PICTURES = 64  # samples saved as pictures; all are in the samples file


class Recorder:
    """Records one run. `take` is called for every event, `keep` when the run pauses or ends early.

    Args:
        live: the view to fill.
        pace: the job's progress.
        library: where files, metrics and progress go.
        recipe: embedded in every picture.
        before: steps recorded before this start (of this run, or of the one it branched from).
    """

    def __init__(self, live: LiveRun, pace: Pace, library: Library, recipe: Recipe,
                 before: Trajectory | None = None) -> None:
        self.live, self.pace, self.library, self.recipe = live, pace, library, recipe
        self.folder = library.home.run_folder(live.run)
        self._before = before
        self._beat = self._steps_saved = time.monotonic()
        self._steps_cost = self._point_cost = 0.0
        self._last: Start | None = None
        # of sampling alone, up to where it goes on, and what the job's clock showed when it did
        self._sampled_before = 0.0 if live.whole else run_files.load_seconds(self.folder)
        self._began = pace.elapsed
        self._measured = dict[str, float]()
        self._notes = ResultNotes(live, library)
        self._clear()
        run_files.load_course(self.folder, live.history)
        live.charts = load_charts(self.folder)

    def take(self, event: ev.Event) -> None:
        """Record an event; raises DiskFull or LibraryLocked when it cannot be stored."""
        match event:
            case ev.Stepped():
                self._stepped(event)
            case ev.Progressed():
                self.pace.mark(event.done, event.total)
            case ev.Opened():
                self._opened(event)
            case ev.Sampled():
                self._sampled(event)
            case ev.Shown():
                self._shown(event)
            case ev.Saved():
                self._saved(event)
            case ev.Said():
                self.live.sentence = event.sentence
            case ev.Noted():
                self._notes.add(event.sentence, lasting=not event.urgent)
                if event.urgent:
                    self.live.trouble = event.sentence
            case ev.Charted():
                self.live.charts = with_chart(self.live.charts, event.chart)
            case ev.Measured():
                self._measure(dict(event.values))
            case _:
                self._learned(event)
        # by cost as well as by the clock: a state of a hundred megabytes would else be written all the time
        if time.monotonic() - self._beat > max(BEAT, SHARE * self._point_cost):
            self._save_progress()
        self.live.touch()

    def keep(self) -> None:
        """Save all that a resume and a later look need; `live.unkept` says what of the latter was not possible.

        Raises DiskFull or NotWritable when a resume would find nothing.
        """
        for file in sorted(self.folder.glob("*.safetensors")):  # closing a training wrote some without telling
            if file.name != run_files.STEPS:
                self._file("checkpoint" if file.name == FILE_NAME else "model", file)
        steps = self.live.trajectory
        if self._last is not None:
            run_files.save_point(self.folder, self._last, self._sampling)
        self._save_course("What it goes on from is safe")
        if steps is not None and len(steps):
            self._show(portraits(steps.x0(steps.last)))

    def finish(self) -> None:
        """The run is complete and its results are safe: save how it came to them, and drop the resume point.

        `live.unkept` says what of its course there was no room for; that makes no failure of what succeeded.
        """
        samples = self.live.samples
        made = "model is" if samples is None else "pictures are" if is_pictures(samples.shape) else "points are"
        self._save_course(f"The {made} safe", over=True)
        run_files.show_end(self.live)
        # last: a crash before this line resumes at the final step and records the same result again
        with contextlib.suppress(OSError):
            (self.folder / run_files.RESUME).unlink(missing_ok=True)
        self.live.touch()

    def _save_course(self, safe: str, *, over: bool = False) -> None:
        """Save steps, curves and figures; `safe`: what is on the disk whether or not these find room."""
        steps, history, self.live.unkept = self.live.trajectory, self.live.history, ""
        try:
            if steps is not None and len(steps):
                self._save_whole(steps)
                if over:
                    self.library.add_file(self.live.run, "steps", self.folder / run_files.STEPS)
            if len(history.trained) or history.preview_steps:
                history.save(self.folder / run_files.HISTORY)
            if self.live.charts:
                self._file("charts", save_charts(self.folder, self.live.charts))
                self._show([chart_portrait(self.live.charts[0])])
            if save_fit(self.folder, self.live.fit):
                self.live.fit.settle()
            self._put_metrics()
            self._notes.keep()
        except WorkbenchError as error:
            course = "the steps" if steps is not None else "the charts" if self.live.charts else "the curves"
            self.live.unkept = f"{safe}, but {course} could not be kept. {error}"

    def _clear(self) -> None:
        """Remove what a killed program left: mapped files, and what it was writing."""
        for left in (*self.folder.glob("*.steps"), *self.folder.glob(".*.tmp")):
            with contextlib.suppress(OSError):  # Windows keeps one that is still mapped; the next start retries
                left.unlink(missing_ok=True)

    def _opened(self, event: ev.Opened) -> None:
        """Make room for the steps; those of before come first."""
        self._began = self.pace.elapsed
        run_files.save_opened(self.folder, event)
        with contextlib.suppress(WorkbenchError):  # to be found by its classes is no reason for a run to fail
            classes = drawn_classes(self.recipe, event.labels, self.library.home.model_folders())
            self.library.set_metrics(self.live.run, {}, classes)
        refused = too_large(event.shape, event.total, self.folder)
        self._notes.add(refused)
        # before it counts as open: whoever sees that looks for its steps at once, from another thread
        self.live.trajectory = None if refused else Trajectory(event.shape, event.total, folder=self.folder)
        self.live.opened, self.pace.total = event, event.total

    def _stepped(self, event: ev.Stepped) -> None:
        """Append a step and remember it as the point to resume from; that alone where steps are not recorded."""
        trajectory, step = self.live.trajectory, event.step
        self.pace.mark(step.index, step.total)
        past = tuple(bridge.array(x) for x in step.past)
        if trajectory is None:
            self._last = Start(step.index, bridge.array(step.x), past)
            return
        if self._before is not None:
            # only now is it known where this run begins
            if self._before.first <= step.index <= self._before.last + 1:
                trajectory.prepend(self._before, step.index)
            self._before.close()  # its file is about to be replaced, which Windows refuses while it is mapped
            self._before = None
        trajectory.append(step, event.curves)
        self._last = Start(step.index, trajectory.x(step.index), past)

    def _sampled(self, event: ev.Sampled) -> None:
        """Save the samples as pictures that carry the recipe, and exactly as arrays."""
        live = self.live
        live.samples, live.sha256, live.nfe, live.seconds = event.samples, event.sha256, event.nfe, self._sampling
        self._measure({"nfe": float(event.nfe), "sampling_seconds": live.seconds})
        self._file("samples", save_samples(self.folder, event.samples))
        pictures = list(event.pictures) or portraits(event.samples, PICTURES)
        for k, pixels in enumerate(pictures[:PICTURES]):
            file = self.folder / f"sample_{k:03}.png"
            save_png(file, bridge.array(pixels), self.recipe)
            self._file("image", file)
        self._show(pictures[:4])

    def _shown(self, event: ev.Shown) -> None:
        """Save a picture beside the results, with the recipe."""
        file = self.folder / f"{event.name}.png"
        save_png(file, bridge.array(event.picture), self.recipe)
        self._file("shown", file)

    @property
    def _sampling(self) -> float:
        """Seconds of sampling so far, without pauses, also before a resume: all that the evaluations took."""
        return self._sampled_before + self.pace.elapsed - self._began

    def _learned(self, event: ev.Event) -> None:
        """Training's events go into the history, those of a fit into its course."""
        if follow(self.live.fit, event):
            if isinstance(event, ev.Fitted):
                self.pace.mark(event.index, self.live.fit.total)
            elif isinstance(event, ev.FitOpened):
                self._show(portraits(event.points))
            return
        learn(self.live.history, event, self.pace.elapsed)
        match event:
            case ev.Trained():
                self.pace.mark(event.step, event.total)
                self._measured["loss"] = event.loss
            case ev.Validated():
                self._measured["validation_loss"] = event.loss
            case ev.Previewed():
                self._show(portraits(event.samples))
            case _:
                return

    def _saved(self, event: ev.Saved) -> None:
        """A file of the task; with a checkpoint the curves up to it are saved too."""
        self._file(event.kind, event.path)
        if event.kind == "model" and len(self.live.fit):
            self.live.fit.settle()
            self.pace.mark(self.live.fit.last, self.live.fit.last)  # how many half steps come is known at the end
        if event.kind == "checkpoint":
            self._notes.settle()  # that of one that found no room
            self.live.history.save(self.folder / run_files.HISTORY)
            self._put_metrics()
            self.library.flush()

    def _file(self, kind: str, path: Path) -> None:
        """Record a file with its checksum."""
        self.library.add_file(self.live.run, kind, path)
        self.live.files = (*(f for f in self.live.files if f[1] != path), (kind, path))

    def _measure(self, values: dict[str, float]) -> None:
        self._measured |= {name: float(value) for name, value in values.items()}
        self.live.measured = dict(self._measured)

    def _put_metrics(self) -> None:
        """Store the figures that JSON and a search can hold."""
        # JSON has no NaN, and a search cannot compare with one
        finite = {name: value for name, value in self._measured.items() if np.isfinite(value)}
        if finite:
            self.library.set_metrics(self.live.run, finite)

    def _save_progress(self) -> None:
        """Once a second: the resume point, the progress, and the steps when that is cheap enough."""
        began = time.monotonic()
        # the point first: it is small, and with it alone a run can go on
        if self._last is not None:
            run_files.save_point(self.folder, self._last, self._sampling)
        self._point_cost = time.monotonic() - began
        self.library.set_progress(self.live.run, self.pace.done, self.pace.total, self.pace.elapsed)
        steps = self.live.trajectory
        if self.live.charts:
            save_charts(self.folder, self.live.charts)
        if steps is not None and time.monotonic() - self._steps_saved > max(2.0, SHARE * self._steps_cost):
            try:
                self._save_steps(steps)
                self.live.unkept = ""
            except WorkbenchError as error:
                # they are in memory, and there may be room for them at the end
                self.live.unkept, self._steps_saved = str(error), time.monotonic()
        self._beat = time.monotonic()

    def _save_whole(self, steps: Trajectory) -> None:
        """Save all steps; those saved on the way are given up where the disk has no room for both."""
        try:
            self._save_steps(steps)
        except DiskFull:
            (self.folder / run_files.STEPS).unlink(missing_ok=True)
            self._save_steps(steps)

    def _save_steps(self, steps: Trajectory) -> None:
        began = time.monotonic()
        try:
            steps.save(self.folder / run_files.STEPS)
        except BadInput as error:
            # a reader that maps the file keeps it on Windows: the run goes on, and the next save tries again
            if not isinstance(error.__cause__, PermissionError) or sys.platform != "win32":
                raise
        self._steps_saved = time.monotonic()
        self._steps_cost = self._steps_saved - began

    def _show(self, pictures: list[np.ndarray]) -> None:
        """Let up to four pictures (H, W, C) uint8 stand for the run in lists."""
        self.library.set_thumbnail(self.live.run, thumbnail(pictures))
