"""What is said of a path that was asked for beside a model, which brings its own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from engines.errors import BadInput
from engines.model_list import known_model
from engines.model_names import spoken
from engines.prior_name import EXACT, prior_name
from engines.process.paths import Path as ProcessPath
from engines.recipe import Recipe
from engines.tasks.base import options_of

FLAG = "path"


def unused_path(args: argparse.Namespace, recipe: Recipe, folders: Sequence[Path]) -> str:
    """One sentence where the user gave a path that the model of the recipe does not walk, else "".

    The form greys the option for the same reason. A model that is not known is refused elsewhere.
    """
    given = any(value is not None for name, value in vars(args).items() if name.split(".")[0] == FLAG)
    asked, name = getattr(options_of(recipe), FLAG, None), prior_name(recipe.options)
    if not given or not name or not isinstance(asked, ProcessPath):
        return ""
    try:
        own = known_model(name, folders, recipe.fingerprints.get(name, "")).spec.path
    except BadInput:
        return ""
    if own == asked:
        return ""
    return (f"--{FLAG} {asked.name} is not used: model “{spoken(name)}” brings its own path, {own.name}; "
            f"give --prior {EXACT} to choose one.")
