"""What a run would trip over is refused before there is a run: nothing fails in the queue that can be known here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.labels import FREE
from engines.prior_name import prior_name

if TYPE_CHECKING:
    from engines.model_file import ModelSpec
    from engines.recipe import Recipe


def refuse_bad(recipe: Recipe, folders: Iterable[Path]) -> None:
    """Look at everything in a recipe that can be checked without running it.

    Args:
        recipe: of any task, with its attachments and start state.
        folders: searched for its model.

    Raises:
        WorkbenchError: one sentence on the first thing that is wrong.
    """
    from engines.tasks.base import options_of, task

    parsed, spec = options_of(recipe), None
    options = parsed.model_dump(mode="json")
    name = prior_name(options)
    if name:
        from engines.model_file import check_modality
        from engines.model_list import known_model

        spec = known_model(name, folders, recipe.fingerprints.get(name, "")).spec
        check_modality(spec, name, task(recipe.task).modality)
        _refuse_misfit(options, spec, recipe)
    task(recipe.task).check_choices(parsed, spec)
    task(recipe.task).check(parsed, recipe.files, spec)


def _refuse_misfit(options: dict[str, Any], spec: ModelSpec, recipe: Recipe) -> None:
    """Raises BadOption for a class the model does not know, BadRecipe for a start state of another shape."""
    from engines.errors import BadRecipe
    from engines.sampling import parse_labels

    count = len(options.get("seeds") or ()) or int(options.get("count", 1))
    parse_labels(str(options.get("label", FREE)), spec.classes, count)
    wanted = (count, *spec.shape)
    if recipe.start is not None and recipe.start.x.shape != wanted:
        raise BadRecipe(f"The step to go on from holds {recipe.start.x.shape} numbers and the options ask for "
                        f"{wanted}; branch with the run’s own model and count.")
