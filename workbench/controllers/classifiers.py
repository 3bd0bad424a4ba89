"""The classifiers that a run may be guided by: offered by name, greyed where they do not fit what is sampled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from engines.modality import Modality
from engines.prior_name import EXACT, prior_name
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.wording.model_words import called, runs_of

if TYPE_CHECKING:
    from engines.classifiers import Classified
    from engines.model_file import ModelFile, ModelSpec
    from engines.tasks.base import Task

HINT, SCALE = "classifier", "classifier_scale"
NONE, OF_THE_DATA = "None", "Exact, of the data"
UNPULLED = "Nothing pulls without a classifier; choose one above."


@runtime_checkable
class Guidable(Protocol):
    """Options of a run that a classifier may guide."""

    def classified(self, model: ModelSpec | None) -> Classified | None:
        """What a classifier has to fit; None while the model is not known."""
        ...


class ClassifierController:
    """Fills the list of classifiers where the form has one. It has no signals.

    Args:
        desk, panel: shared parts.
    """

    def __init__(self, desk: Desk, panel: TaskPanel) -> None:
        self._desk, self._panel = desk, panel
        self._models: list[ModelFile] | None = None
        panel.changed.connect(self.offer)
        desk.changed_models.append(self._forget)

    def _forget(self) -> None:
        self._models = None
        self.offer()

    def offer(self) -> None:
        """Offer the classifiers of the data that the task works on; grey the scale where there is none."""
        form, engines = self._panel.form, self._desk.queue.engines
        task = engines.tasks.get(self._panel.task) if engines else None
        if form is None or task is None:
            return
        rows = form.hinted(HINT)
        if not rows:
            return
        known = [model for model in self._known() if model.spec.modality is task.modality]
        asked, words = _asked(task, self._panel.values(), self._desk), called(self._known())
        exact = [(EXACT, OF_THE_DATA)] if task.modality is Modality.POINTS else []
        refused = _refused(known, asked)
        for row in rows.values():
            row.editor.set_choices([("", NONE), *exact, *((model.choice, words[model.choice]) for model in known)])
            row.editor.set_tips(runs_of(known))
            row.editor.set_refused(refused)
            row.set_error(refused.get(str(row.editor.value()), ""))
        scale = form.row(SCALE)
        if scale is not None:
            scale.editor.set_decided("" if any(row.editor.value() for row in rows.values()) else UNPULLED)

    def _known(self) -> list[ModelFile]:
        """All usable classifiers, looked for once until they change."""
        if self._models is None:
            from engines.model_file import Part
            from engines.model_list import find_models

            self._models = find_models(self._desk.library.home.model_folders(), Part.CLASSIFIER)
        return self._models


def _asked(task: Task, values: dict[str, Any], desk: Desk) -> Classified | None:
    """What a classifier has to fit by the options of a form, None where these do not tell."""
    from engines.component import validated
    from engines.errors import WorkbenchError

    try:
        options = validated(task.Form, {**values, HINT: ""})
    except WorkbenchError:
        return None  # their own rows say so
    name = prior_name(values)
    model = desk.models.find(name)
    if not isinstance(options, Guidable) or (name and model is None):
        return None
    return options.classified(model)


def _refused(known: list[ModelFile], asked: Classified | None) -> dict[str, str]:
    """Why some of the classifiers cannot be chosen, by their choice."""
    from engines.classifiers import misfit

    return {} if asked is None else {model.choice: why for model in known
                                     if (why := misfit(model.name, model.spec, asked))}
