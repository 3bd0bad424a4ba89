"""The models that a training may learn from: offered by name, greyed where they belong to another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.wording.model_words import called, runs_of

if TYPE_CHECKING:
    from engines.model_file import ModelFile

HINT = "teacher"
EXACTLY = "Exact, where known"


class TeacherController:
    """Fills the list of teachers where the form has one. It has no signals.

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
        """Offer the models of the data that the task works on."""
        form, engines = self._panel.form, self._desk.queue.engines
        task = engines.tasks.get(self._panel.task) if engines else None
        if form is None or task is None:
            return
        for row in form.hinted(HINT).values():
            known = [model for model in self._known() if model.spec.modality is task.modality]
            refused = {model.choice: why for model in known if (why := _why_not(model, self._panel.values()))}
            words = called(self._known())
            row.editor.set_choices([("", EXACTLY), *((model.choice, words[model.choice]) for model in known)])
            row.editor.set_tips(runs_of(known))
            row.editor.set_refused(refused)
            row.set_error(refused.get(str(row.editor.value()), ""))

    def _known(self) -> list[ModelFile]:
        """All usable models, looked for once until they change."""
        if self._models is None:
            from engines.model_list import find_models

            self._models = find_models(self._desk.library.home.model_folders())
        return self._models


def _why_not(model: ModelFile, values: dict[str, Any]) -> str:
    """Why a training with the options of a form cannot learn from a model, "" where it can as far as the form tells."""
    from engines.component import build
    from engines.errors import WorkbenchError
    from engines.process.paths import Path, paths

    try:
        path = build(Path, values.get("path"), paths)
    except WorkbenchError:
        return ""  # its own row says so
    return "" if model.spec.path == path else (
        f"The teacher “{model.name}” was trained on the path {model.spec.path.title} and the model to be has "
        f"{path.title}; choose the same path, or another teacher.")
