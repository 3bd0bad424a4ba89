"""What methods have come to so far: figures and a picture of each, kept in a file that a resumed comparison reads."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from engines.figure_rows import LEFT, PSNR
from engines.files import write_atomic

KEPT = "methods.npz"
FACTS = "facts"
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """A method that was tried: its name and title, facts by column, and its first answer (C, H, W), None for none."""

    name: str
    title: str
    facts: Mapping[str, object] = field(default_factory=dict[str, object])
    picture: Array | None = None

    def figure(self, column: str) -> float:
        """A figure, NaN where there is none."""
        value = self.facts.get(column)
        return float(value) if isinstance(value, int | float) else math.nan

    @property
    def cells(self) -> dict[str, object]:
        """All of it by column."""
        return {"name": self.name, "title": self.title, **self.facts}


class Rows:
    """Rows in the order in which they were added; each is in the file as soon as it is there.

    Args:
        file: where they are kept; those that it has already are there at once, and a damaged one has none.
        known: whether it is known what the picture was, which decides what they are ranked by.
    """

    def __init__(self, file: Path, *, known: bool) -> None:
        self._file, self._known = file, known
        self._rows = {row.name: row for row in _read(file)}
        self._out = list[Row]()

    def has(self, name: str) -> bool:
        """Whether a method has been tried."""
        return name in self._rows

    def picture(self, name: str) -> Array | None:
        """The first answer of a method, None where it has none."""
        return self._rows[name].picture if name in self._rows else None

    def add(self, name: str, title: str, facts: Mapping[str, object], picture: Array | None) -> None:
        """A method was tried; None as its picture where it failed. Raises DiskFull."""
        self._rows[name] = Row(name, title, dict(facts), picture)
        self._write()

    def leave_out(self, name: str, title: str, why: str) -> None:
        """A method cannot be tried at all, and why."""
        self._out.append(Row(name, title, {"why": why}))

    @property
    def failed(self) -> int:
        """How many have no figures: those that could not be tried, and those that failed."""
        return len(self._out) + sum(row.picture is None for row in self._rows.values())

    def ranked(self) -> list[Row]:
        """Those with figures, the best first: by PSNR where it is known what the picture was, else by the residual."""
        done = [row for row in self._rows.values() if row.picture is not None]
        if self._known:
            return sorted(done, key=lambda row: -_last(row.figure(PSNR.name), -math.inf))
        return sorted(done, key=lambda row: _last(row.figure(LEFT.name), math.inf))

    def told(self, tried: Mapping[str, str]) -> list[Mapping[str, object]]:
        """Every method as a row of a table: the ranked ones, those that are still to come, and those without figures.

        tried: titles of all that can be tried, by name.
        """
        ranked = self.ranked()
        coming = [Row(name, title) for name, title in tried.items() if not self.has(name)]
        failed = [row for row in self._rows.values() if row.picture is None]
        return [row.cells for row in (*ranked, *coming, *failed, *self._out)]

    def _write(self) -> None:
        out = io.BytesIO()
        facts = json.dumps([row.cells for row in self._rows.values()])
        pictures: dict[str, Any] = {row.name: row.picture for row in self._rows.values() if row.picture is not None}
        np.savez(out, **{FACTS: np.array(facts)}, **pictures)
        write_atomic(self._file, out.getvalue())


def _last(value: float, at: float) -> float:
    """The value, or where NaN stands."""
    return at if math.isnan(value) else value


def _read(file: Path) -> list[Row]:
    """The rows of an earlier part of this comparison; none where the file is missing or damaged."""
    try:
        with np.load(file, allow_pickle=False) as saved:
            arrays = {name: saved[name] for name in saved.files}
        found = cast("list[dict[str, object]]", json.loads(str(arrays[FACTS])))
        return [Row(str(cells["name"]), str(cells["title"]),
                    {name: value for name, value in cells.items() if name not in {"name", "title"}},
                    arrays.get(str(cells["name"]))) for cells in found]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return []
