"""The point set that a model learned, as its file tells it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from engines.component import build
from engines.data.points.base import PointSet, point_sets
from engines.errors import WorkbenchError
from engines.model_file import MALFORMED, ModelFile


def learned_name(model: ModelFile) -> str:
    """What a model learned in words: the title of its set, or the name of its table; "" where its file does not say."""
    known = learned_set(model)
    if known is not None:
        return known.title
    try:
        return Path(str(json.loads(model.extra["recipe"])["options"].get("file") or "")).stem
    except MALFORMED:
        return ""


def learned_set(model: ModelFile) -> PointSet | None:
    """The set with its options, by the recipe in the model's file.

    None where it learned from a table, whose points do not travel with it, or where the file does not say.
    """
    try:
        options = cast(dict[str, Any], json.loads(model.extra["recipe"])["options"])
        if options.get("file"):
            return None
        data = build(PointSet, options["data"], point_sets)
    except (*MALFORMED, WorkbenchError):
        return None
    # own points come with their run and not with its model
    return None if "file" in type(data).model_fields else data
