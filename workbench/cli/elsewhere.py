"""Folders in the format of diffusers, given where a model is taken: they are converted first, and told of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engines.component import Options, hint
from engines.diffusers_folder.places import folder_of
from engines.diffusers_folder.taking import take_folder
from engines.model_list import find_models
from workbench.cli.flags import flags_of
from workbench.home import Home

MODEL = "model"  # what `option` calls the editor of a model's name


def with_folders_taken(given: Mapping[str, Any], form: type[Options], home: Home,
                       tell: Callable[[str], object]) -> dict[str, Any]:
    """Flags with each such folder replaced by the name of the model that it became.

    Args:
        given: texts of the flags by name.
        form: whose options they are.
        home: whose models it joins.
        tell: gets what there is to know of each.

    Raises:
        BadCheckpoint: a folder that cannot be used.
    """
    values = dict(given)
    for flag in flags_of(form):
        if hint(flag.info, "widget") != MODEL or flag.dest not in values:
            continue
        text = str(values[flag.dest])
        folder = folder_of(Path(text).expanduser())
        # a folder in the current one does not hide the model of its name
        if folder is None or text in {name for model in find_models(home.model_folders())
                                      for name in (model.name, model.choice)}:
            continue
        taken = take_folder(folder, home.models, home.model_folders())
        values[flag.dest] = taken.name
        tell(taken.told)
    return values
