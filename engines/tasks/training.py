"""What trainings share: their name, the recipe of a stored run, and what it means to go on with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from engines.formula import Explanation, Term
from engines.model_file import ModelSpec, raw_header
from engines.recipe import Recipe
from engines.tasks.base import Task
from engines.training.options import CourseOptions
from engines.training.taken_up import check_resume, stored_state

LOSSES = (Term("prior", "Loss of a batch"), "loss"), (Term("guidance", "Validation loss"), "validation_loss")


class TrainingTask(Task):
    """A task whose result is a model, kept with its state after every checkpoint."""

    leaves: ClassVar[str] = "*.safetensors"
    makes: ClassVar[str] = "name"
    lasts: ClassVar[int] = 2  # hours

    def title_of(self, options: Any) -> str:
        """The name of the model to be."""
        return cast(CourseOptions, options).name

    def explained(self, options: Any) -> Explanation | None:
        """The objective that the training lowers."""
        return Explanation.of(cast(CourseOptions, options).objective, rows=LOSSES)

    def stored(self, folder: str) -> Recipe | None:
        """The recipe in the state that a folder holds; raises BadInput where there is none."""
        text = raw_header(stored_state(folder)).get("recipe")
        return None if text is None else Recipe.from_json(text, f"The recipe in “{folder}”")

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """A training to continue that is gone, has all the steps already, or learnt something else."""
        del files, model
        check_resume(cast(CourseOptions, options))

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """What it means to go on with another objective."""
        del model
        return check_resume(cast(CourseOptions, options))
