"""Chart: what a measurement shows, with the exact answer beside it; small, immutable, and read back from JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np


class Role(StrEnum):
    """What a series is: measured here, known exactly, laid through values, a bound on them, or of a wrong formula."""

    MEASURED = "measured"
    EXACT = "exact"
    FIT = "fit"
    BOUND = "bound"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis counts: a label, its unit ("" without one), and whether it is logarithmic."""

    label: str
    unit: str = ""
    log: bool = False

    @property
    def title(self) -> str:
        """“Seconds (s)”."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True, slots=True)
class Series:
    """Values y (n,) over x (n,) in increasing order of x, with a standard error each, or none at all.

    beside: name of the series that this one is the answer, fit or bound of, "" for one that stands alone.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    error: tuple[float, ...] = ()
    role: Role = Role.MEASURED
    beside: str = ""

    @classmethod
    def of(cls, name: str, x: Iterable[float | None], y: Iterable[float | None], error: Iterable[float | None] = (),
           role: Role = Role.MEASURED, beside: str = "") -> Self:
        """A series of any numbers, such as those of an array or tensor; None is not a number."""
        return cls(name, _floats(x), _floats(y), _floats(error), role, beside)

    @property
    def points(self) -> list[tuple[float, float, float | None]]:
        """(x, y, error), error None where there is none."""
        errors: Sequence[float | None] = self.error or (None,) * len(self.x)
        return list(zip(self.x, self.y, errors, strict=True))


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over one pair of axes. The title tells charts of one run apart: a later one replaces that of its title.

    remark: a sentence on what to look at.
    """

    title: str
    x: Axis
    y: Axis
    series: tuple[Series, ...] = ()
    remark: str = ""

    @property
    def rows(self) -> list[tuple[str, str, float, float, float | None]]:
        """Every value: (series, role, x, y, error)."""
        return [(series.name, series.role.value, *point) for series in self.series for point in series.points]

    def csv(self) -> str:
        """One value a line, with the names of the axes as heads: what every table program and plot reads."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["series", "role", self.x.title, self.y.title, "standard error"])
        writer.writerows([name, role, repr(x), repr(y), "" if error is None else repr(error)]
                         for name, role, x, y, error in self.rows)
        return out.getvalue()

    def document(self) -> dict[str, Any]:
        """The chart as JSON has it, which knows neither NaN nor infinity: null stands for both."""
        series = [{"name": one.name, "role": one.role.value, "beside": one.beside,
                   "x": _stored(one.x), "y": _stored(one.y), "error": _stored(one.error)} for one in self.series]
        return {"title": self.title, "x": asdict(self.x), "y": asdict(self.y), "series": series, "remark": self.remark}


def read_chart(values: Mapping[str, Any]) -> Chart:
    """The chart of a `document`; raises KeyError, TypeError or ValueError where it is none."""
    series = [Series.of(str(one["name"]), one["x"], one["y"], one["error"], Role(one["role"]), str(one["beside"]))
              for one in values["series"]]
    return Chart(str(values["title"]), Axis(**values["x"]), Axis(**values["y"]), tuple(series), str(values["remark"]))


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
