"""One click from what the form samples to charts of accuracy and diversity by the scale of guidance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engines.modality import Modality
from workbench.actions import Spec
from workbench.controllers.runs import RunController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form

ACTION = "run.guidance"
PICTURES, STUDY = "guidance-scale", "study"  # the tasks that measure it
FIRST = "digits"  # the model that is measured where the form names none of its kind


class GuidanceController:
    """Fills the form that measures guidance and starts it. It has no signals.

    Args:
        desk, panel, runs: shared parts.
        choose: shows the form of a task.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, runs: RunController, choose: Callable[[str], object]) -> None:
        self._desk, self._panel, self._runs, self._choose = desk, panel, runs, choose
        desk.actions.add(Spec(ACTION, "Guidance scale", "Run", icon="trending-up", section="run",
                              help="Accuracy and diversity against the scale of every kind of guidance, of digits, or "
                                   "in Points of its data"), self.measure)

    def measure(self) -> None:
        """Measure what the form of now samples: a model of digits, or a mixture of points."""
        engines, values = self._desk.queue.engines, self._panel.values()
        task = engines.tasks.get(self._panel.task) if engines else None
        if task is None:
            self._desk.say("The engine is starting; ask again in a moment")
        elif task.modality is Modality.POINTS:
            self._start(STUDY, {"study": {"name": "guidance", **_data(values)}})
        else:
            self._start(PICTURES, {"model": self._model(values)})

    def _start(self, task: str, values: Mapping[str, Any]) -> None:
        self._choose(task)
        form = self._panel.form
        if form is not None and self._panel.task == task:
            change_form(self._desk.history, "Guidance scale", form, values, partial(self._panel.put, form))
            self._runs.start()

    def _model(self, values: Mapping[str, Any]) -> str:
        """The model of the form where it makes the digits, else the bundled one."""
        name = str(values.get("model", ""))
        spec, known = self._desk.models.find(name), self._desk.models.find(FIRST)
        fits = spec is not None and known is not None and (spec.shape, spec.classes) == (known.shape, known.classes)
        return name if fits else FIRST


def _data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Data and path of a form, where the data are a mixture of several classes; {} else, for the study's own."""
    from engines.component import build
    from engines.data.points.base import PointSet, point_sets
    from engines.errors import WorkbenchError

    try:
        mixture = build(PointSet, values.get("data"), point_sets).mixture()
    except WorkbenchError:
        return {}
    if mixture is None or len(mixture.weights) < 2:
        return {}
    return {name: values[name] for name in ("data", "path") if name in values}
