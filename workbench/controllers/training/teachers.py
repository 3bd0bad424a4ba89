"""The models that a training may learn from: offered by name, greyed where they belong to another process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from workbench.controllers.offered_models import OfferedModels

if TYPE_CHECKING:
    from engines.model_file import ModelFile
    from engines.tasks.base import Task

EXACTLY = "Exact, where known"


class TeacherController(OfferedModels):
    """Fills the list of teachers where the form has one. It has no signals."""

    hint: ClassVar[str] = "teacher"

    def find(self) -> list[ModelFile]:
        """All usable models."""
        from engines.model_list import find_models

        return find_models(self.desk.library.home.model_folders())

    def first(self, task: Task) -> list[tuple[str, str]]:
        """No model: the exact function."""
        return [("", EXACTLY)]

    def refused(self, task: Task, known: list[ModelFile]) -> Mapping[str, str]:
        """Those of another process."""
        return {model.choice: why for model in known if (why := _why_not(model, self.panel.values()))}


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
