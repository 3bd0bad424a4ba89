"""What a chart may show beside lines: a density under points of the plane, pictures, or a table."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

Rows = tuple[tuple[float, ...], ...]
WHY = "Remark"  # the head of why a row has no numbers


def rounded_rows(values: Iterable[Iterable[float]], digits: int = 4) -> Rows:
    """Rows of numbers, such as those of an array or tensor, to so many digits: as much as an eye tells apart."""
    return tuple(tuple(float(f"{float(value):.{digits}g}") for value in row) for row in values)


@dataclass(frozen=True, slots=True)
class Shade:
    """A density over a rectangle of the plane, under the points of a chart.

    values: its rows from below, each from the left, ≥ 0; x, y: the ends of the rectangle, in units of the axes.
    """

    values: Rows
    x: tuple[float, float]
    y: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture in a chart.

    caption: what it is; values: its rows from above; low, high: what is drawn darkest and brightest; heat: in the
    colours of a heat map with its scale, else in grey; row: of the chart that it stands in, counted from 0.
    """

    caption: str
    values: Rows
    low: float
    high: float
    heat: bool = False
    row: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a table: its title, and a sentence on what its numbers are.

    digits: behind the point, alike for all of them; −1 for as many as a number takes.
    """

    title: str
    help: str
    digits: int = -1


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table: its name and a number for each column, NaN for none. quiet: it is there to compare with.

    why: in place of numbers, why there are none, as a sentence.
    """

    name: str
    values: tuple[float, ...]
    quiet: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Named rows of numbers. name: the head of the names."""

    name: str
    heads: tuple[Head, ...]
    entries: tuple[Entry, ...]

    def csv(self) -> str:
        """A line for each row under the heads, with every digit; what is no number stays empty.

        A last column says why there are none, where there are such rows.
        """
        told = any(entry.why for entry in self.entries)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([self.name, *(head.title for head in self.heads), *[WHY] * told])
        writer.writerows([entry.name, *(repr(value) if math.isfinite(value) else "" for value in entry.values),
                          *[entry.why] * told] for entry in self.entries)
        return out.getvalue()

    def document(self) -> dict[str, Any]:
        """As JSON has it, null for what is no number."""
        entries = [{"name": entry.name, "quiet": entry.quiet, "why": entry.why,
                    "values": [value if math.isfinite(value) else None for value in entry.values]}
                   for entry in self.entries]
        return {"name": self.name, "heads": [asdict(head) for head in self.heads], "entries": entries}


def read_table(stored: Mapping[str, Any]) -> Table:
    """The table of a `document`; raises KeyError, TypeError or ValueError where it is none."""
    entries = [Entry(str(one["name"]), tuple(math.nan if value is None else float(value) for value in one["values"]),
                     bool(one["quiet"]), str(one.get("why", ""))) for one in stored["entries"]]
    return Table(str(stored["name"]), tuple(Head(**head) for head in stored["heads"]), tuple(entries))


def pictures_csv(pictures: Iterable[Picture]) -> str:
    """A line for each pixel: picture, row from above, column from the left, value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["picture", "row", "column", "value"])
    writer.writerows([picture.caption, i, j, repr(value)] for picture in pictures
                     for i, row in enumerate(picture.values) for j, value in enumerate(row))
    return out.getvalue()


def read_shade(stored: Mapping[str, Any]) -> Shade:
    """The density of a document; raises KeyError, TypeError or ValueError where it is none."""
    (left, right), (low, high) = stored["x"], stored["y"]
    return Shade(_rows(stored["values"]), (float(left), float(right)), (float(low), float(high)))


def read_picture(stored: Mapping[str, Any]) -> Picture:
    """The picture of a document; raises KeyError, TypeError or ValueError where it is none."""
    return Picture(str(stored["caption"]), _rows(stored["values"]), float(stored["low"]), float(stored["high"]),
                   bool(stored["heat"]), int(stored["row"]))


def _rows(stored: Iterable[Iterable[float]]) -> Rows:
    return tuple(tuple(float(value) for value in row) for row in stored)
