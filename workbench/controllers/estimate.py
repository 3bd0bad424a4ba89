"""How long a run will take, written on its button and learnt from the runs that end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from engines.errors import WorkbenchError
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.library.records import Run
from workbench.speed import Setting, Speeds, worth
from workbench.words import duration

if TYPE_CHECKING:
    from engines.model_file import ModelFile
    from engines.tasks.base import Cost, Task


class EstimateController:
    """Follows the form and the queue. It has no signals.

    Args:
        desk, panel: shared parts; the session remembers what was measured.
        model: what the model of a name is, None for an unknown one.
        device: kind of the device that new runs are computed on.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, model: Callable[[str], ModelFile | None],
                 device: Callable[[], str]) -> None:
        self._desk, self._panel, self._model, self._device = desk, panel, model, device
        self.speeds = Speeds(desk.session.extra.get("speeds"))
        panel.changed.connect(self.show)
        desk.queue.job_finished.connect(self._learn)

    def show(self) -> None:
        """Write on the button how long the run of the form will take."""
        task = self._task(self._panel.task)
        if task is None:
            return
        seconds = self.seconds(task, self._panel.values())
        self._panel.show_button(task.verb if seconds is None else f"{task.verb} · about {duration(seconds)}")

    def seconds(self, task: Task, values: Mapping[str, Any]) -> float | None:
        """Seconds a run of a task with these options will take; None where nobody can say."""
        cost, model = self._known(task, values) or (None, None)
        if cost is not None and not cost.evaluations:
            return 0.0
        if cost is None or model is None:
            return None
        return worth(cost.samples) * cost.evaluations * self.speeds.seconds(setting_of(model, self._device(), cost))

    def of_run(self, run: Run) -> float | None:
        """Seconds a run takes from where it begins, None where nobody can say."""
        task = self._task(run.task)
        whole = self.seconds(task, run.options) if task else None
        steps = run.options.get("steps")
        if whole is None or not run.branch_step or not isinstance(steps, int):
            return whole
        return whole * max(1 - run.branch_step / max(steps, 1), 0.0)

    def _learn(self, run: str) -> None:
        """Take over how long the evaluations of a finished run took."""
        live, job = self._desk.queue.live(run), self._desk.queue.job(run)
        task = self._task(job.task)
        # a run that went on from a step also counts the evaluations made before it
        if task is None or live is None or not live.whole or live.nfe <= 0 or live.seconds <= 0:
            return
        with self._desk.guard():
            cost, model = self._known(task, self._desk.library.run(run).options) or (None, None)
            if cost is not None and model is not None:
                # the one also counts pauses, the other the loading of the model
                took = min(live.seconds, job.elapsed or live.seconds)
                self.speeds.learn(setting_of(model, live.device, cost), took / (live.nfe * worth(cost.samples)))
        self.show()

    def _task(self, name: str) -> Task | None:
        engines = self._desk.queue.engines
        return engines.tasks.get(name) if engines else None

    def _known(self, task: Task, values: Mapping[str, Any]) -> tuple[Cost, ModelFile | None] | None:
        """The cost of a run and the model it samples; None for options that cannot run, or whose cost is another."""
        from engines.component import validated

        model = self._model(str(values.get(task.takes("model"), "")))
        try:
            cost = task.cost_of(validated(task.Form, dict(values)), model.spec if model else None)
        except WorkbenchError:  # the form says what is wrong
            return None
        return None if cost is None else (cost, model)


def setting_of(model: ModelFile, device: str, cost: Cost) -> Setting:
    """What decides the speed of a run."""
    try:
        size = model.file.stat().st_size
    except OSError:  # deleted meanwhile
        size = 0
    return Setting(model.choice, device, cost.gradients, size * model.spec.size**2)
