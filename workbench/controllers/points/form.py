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
    from engines.model_file import ModelSpec
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

    # the data that a model learned

    def _follow(self, form: OptionForm) -> None:
        """Hear of a model that the user chooses; once for each form."""
        row = form.row(PRIOR)
        if row is not None and self._panel.task not in self._followed:
            self._followed.add(self._panel.task)
            row.editor.edited.connect(self.take_data)

    def take_data(self) -> None:
        """The user chose a model: what it learned is the truth that it is seen beside; undo brings back what was.

        One that learned where the flow ends is walked in the steps that suit it: with more of them its errors add up.
        """
        form, name = self._panel.form, prior_name(self._panel.values())
        model = self._desk.models.file(name)
        if form is None or model is None or DATA not in form.values():
            return
        from engines.data.points.learned import learned_set
        from engines.learnt import Learnt

        learned, told = learned_set(model), list[str]()
        taken = dict[str, Any]()
        if learned is not None:
            taken[DATA] = learned.model_dump(mode="json")
            told.append(f"Data is {learned.title} now, which {name} learned")
        ends = SAMPLER in form.values() and model.spec.learnt is Learnt.ENDS
        if ends and self._goes({**form.values(), **ENDS}, model.spec):
            taken |= ENDS
            told.append(f"{name} is sampled by the consistency sampler in two steps")
        if taken and change_form(self._desk.history, "Take the data of the model", form, taken,
                                 partial(self._panel.put, form)):
            self._desk.say("; ".join(told))

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

    @staticmethod
    def _grey(form: OptionForm) -> None:
        values = form.values()
        decided = {GUIDANCE: UNGUIDED if str(values.get(LABEL)) in {FREE, ""} else "",
                   PATH: BROUGHT if PRIOR in values and prior_name(values) else "",
                   DATA: READ if values.get(FILE) else ""}
        for name, why in decided.items():
            row = form.row(name)
            if row is not None:
                row.editor.set_decided(why)
