"""What cannot be run is marked in the form while it is typed, and not only at Run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engines.labels import FREE
from widgets.options.fields import Kind
from widgets.options.form import OptionForm
from workbench.controllers.classifiers import ClassifierController
from workbench.controllers.form_files import FormFiles
from workbench.controllers.idle import grey_idle
from workbench.controllers.pairing import Pairing
from workbench.controllers.spacing import SpacingController
from workbench.controllers.training.teachers import TeacherController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel

if TYPE_CHECKING:
    from engines.model_file import ModelFile
    from engines.tasks.base import Task


LABEL, GUIDANCE = "label", "guidance"  # the options of a class that is asked for, and how strongly it is followed
UNGUIDED = "Samples of no class follow none; choose a class to guide them."


class CheckController:
    """Checks the classes that are asked for against the chosen model, greys what they leave without effect, and what
    does not go together; the spacing follows the sampler. It has no signals.

    Numbers need no check: their editors keep them in range.

    Args:
        desk: shared parts.
        panel: its form is checked at every change.
        model: the model that is chosen by a name, None for an unknown one.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, model: Callable[[str], ModelFile | None]) -> None:
        self._desk, self._panel, self._model = desk, panel, model
        self.spacing = SpacingController(desk, panel)
        self._pairing = Pairing(desk, panel.caution)
        self._teachers, self._files = TeacherController(desk, panel), FormFiles(desk, panel)
        self._classifiers = ClassifierController(desk, panel)
        self._unused = dict[str, frozenset[str]]()  # by task, the options that are greyed
        panel.changed.connect(self.check)
        desk.changed_models.append(self.check)

    def check(self) -> None:
        """Mark the fields of the present form that its run would refuse, and no others; grey what plays no part."""
        from engines.component import kinds_of

        form, engines = self._panel.form, self._desk.queue.engines
        task = engines.tasks.get(self._panel.task) if engines else None
        if form is None or task is None:
            return
        self._pairing.check(task, form)
        grey_idle(form, {name: kinds_of(field) for name, field in task.Form.model_fields.items()})
        self._grey_unused(task, form)
        if not task.takes("model"):
            return
        values = self._panel.values()
        model = self._model(str(values.get(task.takes("model"), "")))
        for name in form.named(Kind.CLASS):
            form.set_error(name, self._problem(str(values[name]), model))
        if LABEL in values:
            self._grey(form, str(values[LABEL]))

    def _grey_unused(self, task: Task, form: OptionForm) -> None:
        """Options that play no part beside others are greyed, and given back once they do."""
        now = task.unused(form.values())
        before = self._unused.get(task.name, frozenset())
        self._unused[task.name] = frozenset(now)
        for name in {*now, *before}:
            row = form.row(name)
            if row is not None:
                row.decide(now.get(name, ""))

    def _grey(self, form: OptionForm, label: str) -> None:
        """Guidance has nothing to do for samples of no class."""
        row = form.row(GUIDANCE)
        if row is not None:
            row.editor.set_decided(UNGUIDED if label in {FREE, ""} else "")

    def _problem(self, classes: str, model: ModelFile | None) -> str:
        """Why the model cannot draw these classes, "" when it can or nobody knows."""
        from engines.errors import BadOption
        from engines.sampling import parse_labels

        if model is None:
            return ""
        try:
            parse_labels(classes, model.spec.classes, 1)
        except BadOption as error:
            return str(error)
        return ""
