"""Chart: what a measurement shows, with the exact answer beside it; small, immutable, and read back from JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

import numpy as np

from engines.chart_parts import Picture, Shade, Table, pictures_csv, read_picture, read_shade, read_table


class Role(StrEnum):
    """What a series is: measured here, known exactly, laid through values, a bound on them, or of a wrong formula.

    Of the plane: a cloud of points in any order that no line joins, and an outline of what is known exactly.
    """

    MEASURED = "measured"
    EXACT = "exact"
    FIT = "fit"
    BOUND = "bound"
    WRONG = "wrong"
    CLOUD = "cloud"
    OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis counts: a label, its unit ("" without one), and whether it is logarithmic.

    names: of x, where it has names in place of numbers: that of x = 1, of x = 2 and so on.
    """

    label: str
    unit: str = ""
    log: bool = False
    names: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """“Seconds (s)”."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True, slots=True)
class Series:
    """Values y (n,) over x (n,) in increasing order of x, with a standard error each, or none at all.

    Those of a cloud, and the corners of an outline, are in any order.
    beside: name of the series that this one is the answer, fit or bound of, "" for one that stands alone.
    steps: number of a sampler's steps behind each value, or none at all.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    error: tuple[float, ...] = ()
    role: Role = Role.MEASURED
    beside: str = ""
    steps: tuple[int, ...] = ()

    @classmethod
    def of(cls, name: str, x: Iterable[float | None], y: Iterable[float | None], error: Iterable[float | None] = (),
           role: Role = Role.MEASURED, beside: str = "", steps: Iterable[int] = ()) -> Self:
        """A series of any numbers, such as those of an array or tensor; None is not a number."""
        return cls(name, _floats(x), _floats(y), _floats(error), role, beside, tuple(map(int, steps)))

    @property
    def points(self) -> list[tuple[float, float, float | None]]:
        """(x, y, error), error None where there is none."""
        errors: Sequence[float | None] = self.error or (None,) * len(self.x)
        return list(zip(self.x, self.y, errors, strict=True))


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over one pair of axes. The title tells charts of one run apart: a later one replaces that of its title.

    remark: a sentence on what to look at.
    about: what is true of every value, as names and words: (("data", "Ring of blobs"), ("spacing", "Uniform")).
    shade: a density under series that are clouds and outlines, with axes of one unit. pictures, table: in place of
    axes and series. front: it is one of those that are shown together before the user chooses. row: it is about that
    row of the run's table by its name, and is shown when the user chooses the row; "" for one about all.
    """

    title: str
    x: Axis
    y: Axis
    series: tuple[Series, ...] = ()
    remark: str = ""
    about: tuple[tuple[str, str], ...] = ()
    shade: Shade | None = None
    pictures: tuple[Picture, ...] = ()
    table: Table | None = None
    front: bool = False
    row: str = ""

    @property
    def subtitle(self) -> str:
        """“data Ring of blobs · spacing Uniform”, "" where nothing is said of all."""
        return " · ".join(f"{name} {words}" for name, words in self.about)

    @property
    def file_stem(self) -> str:
        """A name for its files that tells it from the same chart of other data: “Ring of blobs, Energy distance”."""
        return ", ".join(filter(None, (dict(self.about).get("data", ""), self.title)))

    @property
    def rows(self) -> list[tuple[str, str, float, float, float | None]]:
        """Every value: (series, role, x, y, error)."""
        return [(series.name, series.role.value, *point) for series in self.series for point in series.points]

    def csv(self) -> str:
        """One value a line, with the names of the axes as heads: what every table program and plot reads.

        Numbers of steps follow where there are any, and what is true of all, the same in every line. A table is
        written as it is, pictures pixel by pixel.
        """
        if self.table is not None or self.pictures:
            return self.table.csv() if self.table is not None else pictures_csv(self.pictures)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        heads, same = [name for name, _ in self.about], [words for _, words in self.about]
        steps = [step for one in self.series for step in one.steps or ("",) * len(one.x)]
        stepped = any(one.steps for one in self.series)
        writer.writerow(["series", "role", self.x.title, self.y.title, "standard error", *["steps"] * stepped, *heads])
        names = self.x.names
        writer.writerows([name, role, names[round(x) - 1] if names else repr(x), repr(y),
                          "" if error is None else repr(error), *[step] * stepped, *same]
                         for (name, role, x, y, error), step in zip(self.rows, steps, strict=True))
        return out.getvalue()

    def document(self) -> dict[str, Any]:
        """The chart as JSON has it, which knows neither NaN nor infinity: null stands for both."""
        series = [{"name": one.name, "role": one.role.value, "beside": one.beside,
                   "x": _stored(one.x), "y": _stored(one.y), "error": _stored(one.error), "steps": list(one.steps)}
                  for one in self.series]
        return {"title": self.title, "x": _axis(self.x), "y": _axis(self.y), "series": series, "remark": self.remark,
                "about": [list(pair) for pair in self.about], **self._parts()}

    def _parts(self) -> dict[str, Any]:
        """What it shows beside lines; nothing of what it does not have, as in most."""
        shade = {} if self.shade is None else {"shade": asdict(self.shade)}
        pictures = {"pictures": [asdict(one) for one in self.pictures]} if self.pictures else {}
        table = {} if self.table is None else {"table": self.table.document()}
        front, row = {"front": True} if self.front else {}, {"row": self.row} if self.row else {}
        return {**shade, **pictures, **table, **front, **row}


def read_chart(values: Mapping[str, Any]) -> Chart:
    """The chart of a `document`; raises KeyError, TypeError or ValueError where it is none."""
    series = [Series.of(str(one["name"]), one["x"], one["y"], one["error"], Role(one["role"]), str(one["beside"]),
                        one.get("steps", ())) for one in values["series"]]  # earlier charts have no steps
    about = tuple((str(name), str(words)) for name, words in values.get("about", ()))
    shade, table = values.get("shade"), values.get("table")
    return Chart(str(values["title"]), _read_axis(values["x"]), _read_axis(values["y"]), tuple(series),
                 str(values["remark"]), about, None if shade is None else read_shade(shade),
                 tuple(read_picture(one) for one in values.get("pictures", ())),
                 None if table is None else read_table(table), bool(values.get("front", False)),
                 str(values.get("row", "")))


def _axis(axis: Axis) -> dict[str, Any]:
    """An axis as JSON has it, with names where it has any."""
    return {name: value for name, value in asdict(axis).items() if name != "names" or value}


def _read_axis(stored: Mapping[str, Any]) -> Axis:
    """The axis of a document; raises KeyError, TypeError or ValueError where it is none."""
    return replace(Axis(**stored), names=tuple(map(str, stored.get("names", ()))))


def slope(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """The power law y = c·x^p through positive values by least squares in logarithms: (p, c)."""
    power, log_c = np.polyfit(np.log(x), np.log(y), 1)
    return float(power), float(np.exp(log_c))


def with_chart(charts: Sequence[Chart], chart: Chart) -> tuple[Chart, ...]:
    """The charts of a run after one more: in the place of that with its title, else behind all."""
    if any(known.title == chart.title for known in charts):
        return tuple(chart if known.title == chart.title else known for known in charts)
    return (*charts, chart)


def _stored(values: Iterable[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]


def _floats(stored: Iterable[float | None]) -> tuple[float, ...]:
    return tuple(math.nan if value is None else float(value) for value in stored)
