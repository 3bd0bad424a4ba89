"""A recipe becomes a run of the library, on any thread, before it is a job of the queue."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.library.library import Library
from workbench.library.records import NewRun, Run
from workbench.wording.run_words import title_of

if TYPE_CHECKING:
    from engines.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run that is in the library and not in the queue yet, with its recipe as JSON."""

    run: Run
    recipe: str


def record(library: Library, recipe: Recipe | str, title: str = "", *, parent: str | None = None,
           branch_step: int | None = None) -> Recorded:
    """Put a recipe (or its JSON) into a library.

    Args:
        title: in the user's words; made from the task when empty.
        parent, branch_step: the run and step this one branches from.

    Raises:
        DiskFull, LibraryLocked: the library cannot take it.
    """
    if isinstance(recipe, str):
        values: dict[str, Any] = json.loads(recipe)
        name, options, text = str(values.get("task", "")), values.get("options", {}), recipe
    else:  # what is in it is known: reading a large one again takes a while
        name, options, text = recipe.task, recipe.options, recipe.to_json()
    new = NewRun(Library.new_id(), title or title_of(name, options), name, text, options, parent, branch_step)
    return Recorded(library.add(new), text)
