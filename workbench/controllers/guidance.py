"""One click from what is sampled to charts by the scale of guidance, and to the gradients that guide it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engines.labels import EACH, FREE
from engines.modality import Modality
from workbench.actions import Spec
from workbench.controllers.chart_export import ChartExportController
from workbench.controllers.runs import RunController
from workbench.controllers.stage_charts import StageCharts
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.pages.images_page import ImagesPage

ACTION, GRADIENTS = "run.guidance", "run.gradients"
PICTURES, STUDY, LOOK = "guidance-scale", "study", "gradients"  # the tasks that measure it
WALKS = frozenset({"generate", LOOK})  # tasks whose runs can be looked at so
LOOKED_AT = 4  # samples whose gradients are shown
FIRST = "digits"  # the model that is measured where the form names none of its kind


class GuidanceController:
    """Fills the forms that measure guidance and starts them. It has no signals.

    Args:
        desk, panel, runs: shared parts.
        choose: shows the form of a task.
        page: of Images, where the charts of digits are shown.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, runs: RunController, choose: Callable[[str], object],
                 page: ImagesPage) -> None:
        self._desk, self._panel, self._runs, self._choose = desk, panel, runs, choose
        self._charts = ChartExportController(desk, StageCharts(desk, page.board))
        desk.actions.add(Spec(ACTION, "Guidance scale", "Run", icon="trending-up", section="run",
                              help="Accuracy and diversity against the scale of every kind of guidance, of digits, or "
                                   "in Points of its data"), self.measure)
        desk.actions.add(Spec(GRADIENTS, "Gradients of classifiers", "Run", section="again",
                              help="The same run, with what a noisy and a clean classifier pull it by at every step, "
                                   "beside what the model knows of the class"), self.look)
        page.strip.add_button(desk.actions[ACTION], "trending-up")

    def measure(self) -> None:
        """Measure what the form of now samples: a model of digits, or a mixture of points."""
        engines, values = self._desk.queue.engines, self._panel.values()
        task = engines.tasks.get(self._panel.task) if engines else None
        if task is None:
            self._desk.say("The engine is starting; ask again in a moment")
        elif task.modality is Modality.POINTS:
            self._start(STUDY, {"study": {**self._study(), **_data(values)}})
        else:
            self._start(PICTURES, {"model": self._model(values)})

    def look(self) -> None:
        """Show the gradients along the run on the stage, or along what the form asks for."""
        engines = self._desk.queue.engines
        if engines is None:
            self._desk.say("The engine is starting; ask again in a moment")
            return
        known, own = engines.tasks["generate"].Form.model_fields, self._walked()
        wanted = {name: own[name] for name in known if name in own}
        wanted |= {"model": self._model(own), "count": min(int(own.get("count") or LOOKED_AT), LOOKED_AT)}
        if not wanted.get("classifier"):  # nothing pulled then, and nothing does now
            wanted = {name: value for name, value in wanted.items() if not name.startswith("classifier")}
        if wanted["model"] != own.get("model") or str(own.get("label", "")) in {FREE, ""}:
            wanted["label"] = EACH
        self._start(LOOK, {**wanted, "seeds": list(wanted.get("seeds") or ())[:LOOKED_AT]})

    def _walked(self) -> dict[str, Any]:
        """The options of the run on the stage, where it draws pictures, else those of a form that does; {} for neither.
        """
        run = self._desk.stage.run
        if self._desk.library.has(run) and (stored := self._desk.library.run(run)).task in WALKS:
            return dict(stored.options)
        return self._panel.values() if self._panel.task in WALKS else {}

    def _start(self, task: str, values: Mapping[str, Any]) -> None:
        self._choose(task)
        form = self._panel.form
        if form is not None and self._panel.task == task:
            change_form(self._desk.history, "Guidance scale", form, values, partial(self._panel.put, form))
            self._runs.start()

    def _study(self) -> dict[str, Any]:
        """The study with the options that it has in its form, where it is chosen there."""
        now = self._panel.forms[STUDY].values().get("study") if STUDY in self._panel.forms else None
        return dict(now) if isinstance(now, dict) and now.get("name") == "guidance" else {"name": "guidance"}

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
