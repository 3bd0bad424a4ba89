"""What the form of points offers, as data and denoiser decide: classes, the data of a model, and what has no effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from engines.errors import WorkbenchError
from engines.labels import EACH, FREE
from engines.prior_name import prior_name
from widgets.options.fields import Kind
from workbench.controllers.checks import GUIDANCE, UNGUIDED
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form

if TYPE_CHECKING:
    from engines.model_file import ModelFile, ModelSpec
    from widgets.options.form import OptionForm

ALL, TURN = (FREE, "all of the data"), (EACH, "each mode in turn")
LABEL, DATA, PRIOR, PATH, FILE = "label", "data", "prior", "path", "file"
SAMPLER = "sampler"
# measured on the ring: an energy distance of 0.007 in one step or two, and of 0.025 in sixty
ENDS: Mapping[str, Any] = {SAMPLER: {"name": "consistency"}, "steps": 2}
BROUGHT = "The model brings its own path; choose the denoiser “Exact” to set it here."
READ = "The points of the file are used; empty File to choose a set here."


class PointsFormController:
    """Follows the form. It has no signals.

    Args:
        desk, panel: shared parts.
        own: whether a task is one of the workspace.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, own: Callable[[str], bool]) -> None:
        self._desk, self._panel, self._own = desk, panel, own
        self._followed = set[str]()  # tasks whose choice of a model is heard of
        self._before = dict[str, dict[str, Any]]()  # sampler and steps of tasks that a model has brought others to
        self._classed: tuple[str, object, object] = ("", None, None)
        self._busy = False
        panel.changed.connect(self.offer)

    def offer(self) -> None:
        """Offer what belongs to the chosen data and denoiser, and grey what the choice leaves without effect."""
        form = self._panel.form
        if form is None or self._busy or not self._desk.ready or not self._own(self._panel.task):
            return
        self._busy = True
        try:
            self._follow(form)
            self._classes(form)
            self._grey(form)
        finally:
            self._busy = False

    @staticmethod
    def suited(values: Mapping[str, Any]) -> dict[str, Any]:
        """The options of a run but for those without effect: a model brought its own path."""
        idle = {PATH} if prior_name(dict(values)) else set[str]()
        return {name: value for name, value in values.items() if name not in idle}

    # the data that a model learned

    def _follow(self, form: OptionForm) -> None:
        """Hear of a model that the user chooses; once for each form."""
        row = form.row(PRIOR)
        if row is not None and self._panel.task not in self._followed:
            self._followed.add(self._panel.task)
            row.editor.edited.connect(self.take_data)

    def take_data(self) -> None:
        """The user chose a model: what it learned is the truth that it is seen beside; undo brings back what was."""
        form, name = self._panel.form, prior_name(self._panel.values())
        model = self._desk.models.file(name)
        if form is None or (name and model is None) or DATA not in form.values():
            return
        from engines.data.points.learned import learned_set

        learned, told = None if model is None else learned_set(model), list[str]()
        taken = dict[str, Any]()
        if learned is not None:
            taken[DATA] = learned.model_dump(mode="json")
            told.append(f"Data is {learned.title} now, which {name} learned")
        walked, said = self._walked(form.values(), model)
        before = "Take the sampler of the model" if walked == ENDS else "Take the sampler of before"
        words = before if learned is None else "Take the data of the model"
        if (taken or walked) and change_form(self._desk.history, words, form, taken | walked,
                                             partial(self._panel.put, form)):
            self._desk.say("; ".join([*told, *said]))

    def _walked(self, values: dict[str, Any], model: ModelFile | None) -> tuple[dict[str, Any], list[str]]:
        """The sampler and steps that suit a model, where they are to be others, and what is said of them.

        A model that learned where the flow ends is walked in the steps that suit it: with more of them its errors add
        up. Any other is walked again as it was before such a model was chosen, where the sampler is still that one's.
        """
        from engines.counted import counted
        from engines.learnt import Learnt
        from engines.samplers.base import samplers

        task, now = self._panel.task, {name: values.get(name) for name in ENDS}
        lent = now[SAMPLER] == ENDS[SAMPLER]
        if SAMPLER in values and model is not None and model.spec.learnt is Learnt.ENDS:
            if not self._goes({**values, **ENDS}, model.spec):
                return {}, []
            if not lent:
                self._before[task] = now
            return dict(ENDS), [f"{prior_name(values)} is sampled by the consistency sampler in two steps"]
        before = self._before.pop(task, None)
        if before is None or not lent:
            return {}, []
        title = samplers()[before[SAMPLER]["name"]].title
        return before, [f"{title} is the sampler again, in {counted(before['steps'], 'step')}"]

    def _goes(self, values: dict[str, Any], model: ModelSpec) -> bool:
        """Whether choices go together in the task of the form: not every one of them can be run by each sampler."""
        from engines.component import validated
        from engines.tasks.base import task

        asked = task(self._panel.task)
        try:
            asked.check_choices(validated(asked.Form, values), model)
        except WorkbenchError:
            return False
        return True

    # classes, and what has no effect

    def _classes(self, form: OptionForm) -> None:
        """Offer the classes of the model, or of the data without one."""
        values = form.values()
        key = self._panel.task, values.get(DATA), values.get(PRIOR)
        if LABEL not in values or key == self._classed:
            return
        model = self._desk.models.file(prior_name(values))
        names = model.spec.classes if model is not None else self._modes(values.get(DATA))
        if names is None:
            return
        self._classed = key
        modes = [(name, f"mode {name}" if name.isdecimal() else name) for name in names]
        known = {FREE, EACH, *names} if modes else {FREE}
        for option in form.named(Kind.CLASS):
            before = str(values[option])
            form.set_choices(option, [ALL, TURN, *modes] if modes else [ALL])
            form.set_values({option: before if all(part.strip() in known for part in before.split(",")) else FREE})

    @staticmethod
    def _modes(data: object) -> tuple[str, ...] | None:
        """The modes of a set; None for one that the form says is wrong."""
        from engines.component import build
        from engines.data.points.base import PointSet, point_sets

        try:
            return build(PointSet, dict(data) if isinstance(data, Mapping) else data, point_sets).classes()
        except WorkbenchError:
            return None

    def _grey(self, form: OptionForm) -> None:
        """Grey what has no effect; in place of the path stands that of the model."""
        values = form.values()
        model = self._desk.models.file(prior_name(values)) if PRIOR in values else None
        shown = {PATH: None if model is None else model.spec.path.model_dump(mode="json")}
        decided = {GUIDANCE: UNGUIDED if str(values.get(LABEL)) in {FREE, ""} else "",
                   PATH: BROUGHT if PRIOR in values and prior_name(values) else "",
                   DATA: READ if values.get(FILE) else ""}
        for name, why in decided.items():
            row = form.row(name)
            if row is not None:
                row.decide(why, shown.get(name))
