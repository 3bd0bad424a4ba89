"""The classifiers that a run may be guided by: offered by name, greyed where they do not fit what is sampled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from engines.modality import Modality
from engines.prior_name import EXACT, prior_name
from widgets.options.form import OptionForm
from workbench.controllers.offered_models import OfferedModels
from workbench.desk import Desk

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


class ClassifierController(OfferedModels):
    """Fills the list of classifiers where the form has one. It has no signals."""

    hint: ClassVar[str] = HINT

    def find(self) -> list[ModelFile]:
        """All usable classifiers."""
        from engines.model_file import Part
        from engines.model_list import find_models

        return find_models(self.desk.library.home.model_folders(), Part.CLASSIFIER)

    def first(self, task: Task) -> list[tuple[str, str]]:
        """None, and of points that of the data themselves."""
        return [("", NONE), *([(EXACT, OF_THE_DATA)] if task.modality is Modality.POINTS else [])]

    def refused(self, task: Task, known: list[ModelFile]) -> Mapping[str, str]:
        """Those that do not fit what is sampled."""
        return _refused(known, _asked(task, self.panel.values(), self.desk))

    def offered(self, form: OptionForm) -> None:
        """Grey the scale where there is no classifier."""
        scale = form.row(SCALE)
        if scale is not None:
            chosen = any(row.editor.value() for row in form.hinted(HINT).values())
            scale.editor.set_decided("" if chosen else UNPULLED)


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
