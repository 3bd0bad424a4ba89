"""Claims as plain data, for JSON: written by `main.py check`, read by the window."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from engines.chart import Axis, Chart, Role, Series, read_chart
from engines.checks.claim import Claim
from engines.errors import BadInput

READER = TypeAdapter(Claim)
ROLES = {"right": Role.MEASURED, "wrong": Role.WRONG, "expected": Role.EXACT}  # as earlier versions named them


def document(claim: Claim) -> dict[str, Any]:
    """A claim as a table, with `ok`; None stands where JSON has no number."""
    table = dataclasses.asdict(dataclasses.replace(claim, plot=None))
    plot = claim.plot and claim.plot.document()
    return cast("dict[str, Any]", _finite({**table, "plot": plot, "ok": claim.ok}))


def claim_of(document: Mapping[str, Any]) -> Claim:
    """A claim from its document, None in the place of a number being one that was not finite.

    Raises BadInput for a document that is damaged.
    """
    table = {key: value for key, value in document.items() if key not in {"ok", "plot"}}
    try:
        plot = document.get("plot") and _chart(document["plot"])
        return dataclasses.replace(READER.validate_python(_numbered(table)), plot=plot)
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise BadInput("A claim that was kept cannot be read; run the check again.") from error


def _chart(values: Mapping[str, Any]) -> Chart:
    """The chart of a claim, also as earlier versions wrote it: traces, and one word on both axes."""
    if "traces" not in values:
        return read_chart(values)
    series = [Series.of(str(one["title"]), one["x"], one["y"], (), ROLES[one["role"]]) for one in values["traces"]]
    log = bool(values["log"])
    return Chart(str(values["title"]), Axis(str(values["x_title"]), log=log), Axis(str(values["title"]), log=log),
                 tuple(series))


def _finite(value: object) -> object:
    """Plain data with None for numbers that are not finite."""
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in cast("Mapping[str, object]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(each) for each in cast("Sequence[object]", value)]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _numbered(value: object) -> object:
    """Plain data with NaN for None."""
    if isinstance(value, Mapping):
        return {key: _numbered(each) for key, each in cast("Mapping[str, object]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_numbered(each) for each in cast("Sequence[object]", value)]
    return math.nan if value is None else value
