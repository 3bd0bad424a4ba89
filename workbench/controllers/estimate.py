"""How long runs take, before and while they go on: one estimate for the button, the jobs and the status line."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engines.errors import BadInput, WorkbenchError
from engines.prior_name import prior_name
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.library.records import Run, State
from workbench.running.jobs import Job
from workbench.running.mailbox import LiveRun
from workbench.speed import Setting, Speeds, worth
from workbench.wording.run_words import STEPS, more_moves
from workbench.wording.words import duration

if TYPE_CHECKING:
    from engines.model_file import ModelFile
    from engines.tasks.base import Cost, Task


OFTEN = 1.0  # seconds between two looks at how fast a run goes


class EstimateController:
    """Follows the form and the queue. It has no signals.

    Args:
        desk, panel: shared parts; the session remembers what was measured.
        model: what the model of a name is, None for an unknown one.
        device: kind of the device that new runs are computed on.
        again: says anew what was said of the time of what runs, which is another one now.
        clock: seconds, for tests.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, model: Callable[[str], ModelFile | None],
                 device: Callable[[], str], again: Callable[[], object],
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._desk, self._panel, self._model, self._device = desk, panel, model, device
        self._again, self._clock = again, clock
        self.speeds = Speeds(desk.session.extra.get("speeds"))
        self._wholes = dict[str, tuple[float, int] | None]()  # by run, until another speed is known
        self._looked = "", 0.0  # the run that goes on, and when it was looked at
        self._seen = ""  # the run whose own pace is what is estimated by
        self._pixels = dict[str, int]()  # of the picture that a run sees, as it was when the run was asked for
        desk.changed_picture.append(self.show)
        desk.queue.job_added.connect(self._added)
        panel.changed.connect(self.show)
        panel.troubled.connect(self.show)
        desk.queue.ready.connect(self._wholes.clear)  # before that nobody can say
        desk.queue.job_changed.connect(self._see)
        desk.queue.job_finished.connect(self._learn)

    def show(self) -> None:
        """Write on the button how long the run of the form will take, and beside its steps how many it will show."""
        task = self._task(self._panel.task)
        if task is None:
            return
        row = self._panel.form.row(STEPS) if self._panel.form else None
        if row is not None:
            row.editor.set_note(more_moves(task, self._panel.values()))
        # of what will be refused there is nothing to say, though the form still has the value of before
        refused = bool(self._panel.form and self._panel.form.problems())
        seconds = None if refused else self.seconds(task, self._panel.values())
        self._panel.show_button(task.verb if seconds is None else f"{task.verb} · about {duration(seconds)}")

    def _added(self, run: str) -> None:
        """Remember what a run sees: the picture on the canvas may be another one when it begins."""
        stored = self._desk.library.run(run)
        self._pixels[run] = self._seen_by(self._task(stored.task), stored.options)

    def _seen_by(self, task: Task | None, values: Mapping[str, Any]) -> int:
        """How many pixels of the picture on the canvas a run sees by a network of any size; 0 where it takes none."""
        if task is None or not task.takes("image"):
            return 0
        width, height = self._desk.extent()
        return int(values.get("crop_side") or 0) ** 2 or width * height

    def seconds(self, task: Task, values: Mapping[str, Any], pixels: int | None = None) -> float | None:
        """Seconds a run of a task with these options will take; None where nobody can say.

        pixels: of the picture that it sees, by default that on the canvas.
        """
        cost, model = self._known(task, values) or (None, None)
        if cost is not None and not cost.evaluations:
            return 0.0
        if cost is None or (model is None and not cost.of):
            return None
        seen = self._seen_by(task, values) if pixels is None else pixels
        setting = setting_of(model, self._device(), cost, seen)
        return worth(cost.samples) * self._like(setting, cost) * self.speeds.seconds(setting)

    def _like(self, setting: Setting, cost: Cost) -> float:
        """How many evaluations as in a setting take as long as those of a run, of which some may need no gradients."""
        plain = self.speeds.seconds(replace(setting, gradients=False)) / self.speeds.seconds(setting)
        return cost.evaluations - cost.without * (1 - plain)

    def _each(self, setting: Setting, cost: Cost, evaluations: float, seconds: float) -> float:
        """Seconds of an evaluation as in a setting, by a run of which so many for each sample took so long."""
        alike = evaluations * self._like(setting, cost) / max(cost.evaluations, 1)
        return seconds / (alike * worth(cost.samples))

    def left(self, job: Job) -> float | None:
        """Seconds of work that a job has before it: by its own pace, before it has one by what its like took.

        None where nobody can say.
        """
        if job.state is State.RUNNING and job.eta is not None:
            return job.eta
        if job.id not in self._wholes:
            try:
                run = self._desk.library.run(job.id)
            except BadInput:  # removed this moment
                return None
            whole = self.of_run(run)
            self._wholes[job.id] = None if whole is None else (whole, run.branch_step or 0)
        known = self._wholes[job.id]
        if known is None:
            return None
        whole, begin = known
        return whole * (1 - max(job.done - begin, 0) / (job.total - begin)) if job.total > begin else whole

    def of_run(self, run: Run) -> float | None:
        """Seconds a run takes from where it begins, None where nobody can say."""
        task = self._task(run.task)
        whole = self.seconds(task, run.options, self._pixels.get(run.id)) if task else None
        steps = run.options.get("steps")
        if whole is None or task is None or not run.branch_step or not isinstance(steps, int):
            return whole
        return whole * max(1 - run.branch_step / max(steps * task.ways, 1), 0.0)

    def _corrected(self) -> None:
        """Other speeds are known: say other times."""
        self._wholes.clear()
        self.show()
        self._again()

    def _see(self, run: str) -> None:
        """Estimate by the pace of what runs now: the machine may be busier than when its like was measured."""
        job, live, now = self._desk.queue.job(run), self._desk.queue.live(run), self._clock()
        if job.state is not State.RUNNING or not job.rate or live is None or not live.whole:
            return
        if self._looked[0] != run:  # the first steps are no pace yet
            self._looked = run, now
        task, evaluations = self._task(job.task), paced(live)
        if now - self._looked[1] < OFTEN or task is None or not evaluations:
            return
        self._looked = run, now
        cost, model = self._known(task, self._desk.library.run(run).options) or (None, None)
        if cost is not None and (model is not None or cost.of):
            setting = setting_of(model, live.device, cost, self._pixels.get(run, 0))
            self._seen = run
            if self.speeds.see(setting, self._each(setting, cost, evaluations, 1 / job.rate)):
                self._corrected()

    def _learn(self, run: str) -> None:
        """Take over how long the evaluations of a finished run took."""
        live, job = self._desk.queue.live(run), self._desk.queue.job(run)
        task = self._task(job.task)
        evaluations, took = made(live, job) if live is not None else (0, 0.0)
        # a run that went on from a step also counts the evaluations made before it
        if task is None or live is None or not live.whole:
            return
        with self._desk.guard():
            cost, model = self._known(task, self._desk.library.run(run).options) or (None, None)
            if not evaluations and cost is not None and job.state is State.DONE:
                # one that has no states to count by, such as a measurement, made those that it was to make
                evaluations, took = cost.evaluations, job.elapsed
            if cost is not None and evaluations > 0 and took > 0 and (model is not None or cost.of):
                setting = setting_of(model, live.device, cost, self._pixels.get(run, 0))
                each = self._each(setting, cost, evaluations, took)
                self.speeds.learn(setting, each)
                if self._seen != run:  # else its pace at the end is known, which says more of what comes
                    self.speeds.see(setting, each)
        self._corrected()

    def _task(self, name: str) -> Task | None:
        engines = self._desk.queue.engines
        return engines.tasks.get(name) if engines else None

    def _known(self, task: Task, values: Mapping[str, Any]) -> tuple[Cost, ModelFile | None] | None:
        """The cost of a run and the model it samples; None for options that cannot run, or whose cost is another."""
        from engines.component import validated

        model = self._model(prior_name(values))
        try:
            cost = task.cost_of(validated(task.Form, dict(values)), model.spec if model else None)
        except WorkbenchError:  # the form says what is wrong
            return None
        return None if cost is None else (cost, model)


def made(live: LiveRun, job: Job) -> tuple[int, float]:
    """Evaluations of each sample that a finished run made, or updates of a training, and the seconds they took."""
    seconds = live.history.trained["seconds"]
    if len(seconds) > 1 and seconds[-1] > seconds[0]:
        return len(seconds) - 1, float(seconds[-1] - seconds[0])
    # the one also counts pauses, the other the loading of the model
    return live.nfe, min(live.seconds, job.elapsed or live.seconds)


def paced(live: LiveRun) -> float:
    """Evaluations of each sample in a step of a run that goes on; 0 before it has made two."""
    steps = live.trajectory
    if steps is None:
        return 1.0 if len(live.history.trained) > 1 else 0.0
    return steps.nfe(steps.last) / (steps.last - steps.first) if steps.last > steps.first else 0.0


def setting_of(model: ModelFile | None, device: str, cost: Cost, pixels: int = 0) -> Setting:
    """What decides the speed of a run; of one without a model its cost says it.

    pixels: of the picture that a network of any size sees, 0 for as many as it learned from.
    """
    if model is None:
        return Setting(cost.of, device, cost.gradients, cost.work)
    try:
        size = model.file.stat().st_size
    except OSError:  # deleted meanwhile
        size = 0
    seen = pixels if pixels and model.spec.network.anywhere else model.spec.size**2
    return Setting(model.choice, device, cost.gradients, size * seen)
