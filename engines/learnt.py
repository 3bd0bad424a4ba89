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


def meaningless(learnt: Learnt, found: str, *, noises: bool = False) -> str:
    """One sentence where what is found by a model’s means of the data means nothing, else "".

    Args:
        learnt: by the model.
        found: as the sentence names it: “its likelihood”, "" for what any model can be asked.
        noises: whether it is found with noise of all kinds on the data.
    """
    if not found or learnt is Learnt.MEAN or (learnt is Learnt.PAIRED and not noises):
        return ""
    known = ("has learned where the flow ends and no mean of the data" if learnt is Learnt.ENDS else
             "was trained with noise near its data, by optimal pairs, and knows none with other noise")
    return f"The model {known}, so {found} means nothing; choose a model that was trained otherwise."


def no_density(learnt: Learnt) -> str:
    """Why what a model has learned gives no density along its flow, "" where it does."""
    return meaningless(learnt, "its density")


def no_score(learnt: Learnt) -> str:
    """Why what a model has learned gives no score, "" where it does; noise near the data has none either."""
    return meaningless(learnt, "its score", noises=True)


def no_velocity(learnt: Learnt) -> str:
    """Why what a model has learned gives no velocity of its flow, "" where it does."""
    return meaningless(learnt, "its velocity")


def learnt_by(recipe: str) -> Learnt:
    """What a training of this recipe, as JSON, leads to; the mean where that is no recipe or does not say."""
    try:
        objective = cast(dict[str, Any], json.loads(recipe)["options"]).get("objective", "")
        name = objective if isinstance(objective, str) else str(objective["name"])
        paired = isinstance(objective, dict) and cast(dict[str, Any], objective).get("coupling") == _PAIRED
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return Learnt.MEAN
    return Learnt.ENDS if name in _ENDS else Learnt.PAIRED if paired else Learnt.MEAN
