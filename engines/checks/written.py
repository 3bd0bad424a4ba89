"""Claims as plain data, for JSON: written by `main.py check`, read by the window."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from engines.checks.claim import Claim
from engines.errors import BadInput

READER = TypeAdapter(Claim)


def document(claim: Claim) -> dict[str, Any]:
    """A claim as a table, with `ok`; None stands where JSON has no number."""
    return cast("dict[str, Any]", _finite({**dataclasses.asdict(claim), "ok": claim.ok}))


def claim_of(document: Mapping[str, Any]) -> Claim:
    """A claim from its document, None in the place of a number being one that was not finite.

    Raises BadInput for a document that is damaged.
    """
    table = {key: value for key, value in document.items() if key != "ok" and not (key == "plot" and value is None)}
    try:
        return READER.validate_python(_numbered(table))
    except ValidationError as error:
        raise BadInput("A claim that was kept cannot be read; run the check again.") from error


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
