"""What a model has learned that its estimate of the data is: which samplers may walk it depends on it."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, cast

# as recipes call them that were written before models said themselves what they learned
_ENDS = frozenset({"consistency-training", "consistency-distillation"})
_PAIRED = "optimal"


class Learnt(StrEnum):
    """Of a state x_t.

    MEAN: the mean of the data that may lie behind it, with the score and velocity that follow, as every sampler reads
    it. ENDS: where the probability-flow ODE through it ends, which is one of the data and no mean. PAIRED: the mean
    where each datum goes with noise near it: its flow carries noise to data, but x_t with any other noise is none of
    the states that it knows.
    """

    MEAN = "mean"
    ENDS = "ends"
    PAIRED = "paired"


def learnt_by(recipe: str) -> Learnt:
    """What a training of this recipe, as JSON, leads to; the mean where that is no recipe or does not say."""
    try:
        objective = cast(dict[str, Any], json.loads(recipe)["options"]).get("objective", "")
        name = objective if isinstance(objective, str) else str(objective["name"])
        paired = isinstance(objective, dict) and cast(dict[str, Any], objective).get("coupling") == _PAIRED
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return Learnt.MEAN
    return Learnt.ENDS if name in _ENDS else Learnt.PAIRED if paired else Learnt.MEAN
