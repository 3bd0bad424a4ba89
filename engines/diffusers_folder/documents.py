"""The JSON documents of a folder, whose settings are taken one by one and refused by name."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from engines.errors import BadCheckpoint

LARGEST = 2**20  # bytes: a schedule of 10,000 numbers is a fifth of it


@dataclass(frozen=True, slots=True)
class Document:
    """Settings of one file.

    name: of the file, for sentences. A setting that is absent has the default that diffusers gives it; those who ask
    raise BadCheckpoint for a value of another kind.
    """

    name: str
    values: Mapping[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        """A setting of any kind."""
        return self.values.get(key, default)

    def whole(self, key: str, default: int | None, least: int = 1, most: int = 10_000) -> int:
        """A whole number within bounds; must be there when the default is None."""
        value = self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.refusal(key, value, f"a whole number from {least:,} to {most:,}")
        return value

    def number(self, key: str, default: float) -> float:
        """A finite number."""
        value = self.get(key, default)
        if not _is_number(value):
            raise self.refusal(key, value, "a number")
        return float(value)

    def numbers(self, key: str, most: int) -> tuple[float, ...]:
        """A list of 1 to `most` finite numbers."""
        value: Any = self.get(key)
        items = as_list(value)
        if not 1 <= len(items) <= most or not all(_is_number(item) for item in items):
            raise self.refusal(key, value, f"a list of 1 to {most:,} numbers")
        return tuple(float(item) for item in items)

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.get(key, default)
        if not isinstance(value, bool):
            raise self.refusal(key, value, "true or false")
        return value

    def text(self, key: str, default: str) -> str:
        """A text."""
        value = self.get(key, default)
        if not isinstance(value, str):
            raise self.refusal(key, value, "a text")
        return value

    def listed(self, key: str, kind: type[Any], what: str, most: int) -> tuple[Any, ...]:
        """A list of one kind of values, 1 to `most` of them; `what`: they are called."""
        value: Any = self.get(key)
        items = as_list(value)
        # true is an int to Python, and to nobody else
        if not 1 <= len(items) <= most or any(isinstance(item, bool) or not isinstance(item, kind) for item in items):
            raise self.refusal(key, value, f"a list of 1 to {most:,} {what}")
        return tuple(items)

    def one_of(self, key: str, value: object, known: Iterable[object]) -> None:
        """Refuse a value that is none of those known, which the sentence names."""
        if value not in (choices := list(known)):
            raise self.refusal(key, value, " or ".join(_said(choice) for choice in choices))

    def refusal(self, key: str, value: object, wanted: str) -> BadCheckpoint:
        """The sentence for a setting that cannot be used."""
        return BadCheckpoint(f"Setting “{key}” of “{self.name}” is {_said(value)}, and only {wanted} can be used; "
                             "choose another model.")


def read_document(file: Path, within: Path) -> Document:
    """A JSON document of a folder `within`, which names it; raises BadCheckpoint for what is none, or is too large."""
    name = file.relative_to(within).as_posix() if file.is_relative_to(within) else file.name
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise BadCheckpoint(f"“{name}” cannot be opened ({error.strerror}); copy the folder “{within.name}” "
                            "again.") from error
    if len(data) > LARGEST:
        raise BadCheckpoint(f"“{name}” is larger than {LARGEST // 2**20} MiB, which no config of a model is; "
                            "choose another folder.")
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadCheckpoint(f"“{name}” is no JSON document; copy the folder “{within.name}” again.") from error
    if not isinstance(values, dict):
        raise BadCheckpoint(f"“{name}” holds no settings; copy the folder “{within.name}” again.")
    return Document(name, cast("dict[str, Any]", values))


def as_list(value: Any) -> list[Any]:
    """A list, [] for what is none."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def _is_number(value: object) -> bool:
    """Whether a value is a finite number; true is none, but to Python."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of more digits than a float holds
        return False


def _said(value: object) -> str:
    """A value within a sentence, as JSON writes it and not at any length."""
    text = "missing" if value is None else f"“{value}”" if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
