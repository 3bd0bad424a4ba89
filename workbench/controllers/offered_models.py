"""Models that a form offers by name for one of its rows, greyed with the reason where they do not fit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from widgets.options.form import OptionForm
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.wording.model_words import called, runs_of

if TYPE_CHECKING:
    from engines.model_file import ModelFile
    from engines.tasks.base import Task


class OfferedModels(ABC):
    """Fills the rows of one hint of the form. It has no signals.

    hint: of the rows.

    Args:
        desk, panel: shared parts.
    """

    hint: ClassVar[str]

    def __init__(self, desk: Desk, panel: TaskPanel) -> None:
        self.desk, self.panel = desk, panel
        self._models: list[ModelFile] | None = None
        panel.changed.connect(self.offer)
        desk.changed_models.append(self._forget)

    @abstractmethod
    def find(self) -> list[ModelFile]:
        """All usable ones; asked for once until they change."""

    @abstractmethod
    def first(self, task: Task) -> list[tuple[str, str]]:
        """What is offered before them, as (value, words)."""

    @abstractmethod
    def refused(self, task: Task, known: list[ModelFile]) -> Mapping[str, str]:
        """Why some of those of the task's data cannot be chosen, by their choice."""

    def offered(self, form: OptionForm) -> None:
        """The rows are filled; for subclasses."""
        del form

    def offer(self) -> None:
        """Offer what there is of the data that the task works on."""
        form, engines = self.panel.form, self.desk.queue.engines
        task = engines.tasks.get(self.panel.task) if engines else None
        rows = {} if form is None else form.hinted(self.hint)
        if form is None or task is None or not rows:
            return
        known = [model for model in self._known() if model.spec.modality is task.modality]
        refused, words = self.refused(task, known), called(self._known())
        for row in rows.values():
            row.editor.set_choices([*self.first(task), *((model.choice, words[model.choice]) for model in known)])
            row.editor.set_tips(runs_of(known))
            row.editor.set_refused(refused)
            row.set_error(refused.get(str(row.editor.value()), ""))
        self.offered(form)

    def _forget(self) -> None:
        self._models = None
        self.offer()

    def _known(self) -> list[ModelFile]:
        if self._models is None:
            self._models = self.find()
        return self._models
