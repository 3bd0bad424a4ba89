"""What a model was trained for, as its file tells it."""

from __future__ import annotations

import json
from typing import Any, cast

from engines.model_file import MALFORMED, ModelFile
from engines.training.objectives.base import objectives


def learned_ends(model: ModelFile) -> bool:
    """Whether a model learned where the flow ends, and so is walked by the consistency sampler in a step or two.

    False where its file does not say what it learned.
    """
    try:
        objective = cast(dict[str, Any], json.loads(model.extra["recipe"])["options"])["objective"]
        name = objective if isinstance(objective, str) else objective["name"]
        kind = objectives().get(str(name))
    except MALFORMED:
        return False
    return kind is not None and not kind.estimates
