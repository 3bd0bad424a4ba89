"""What a chart view draws: lines over one pair of axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from widgets.charts.log_plot import LogScale, fit_log
from widgets.drawing.curve_scale import Scale, fit
from widgets.drawing.numerals import LONG, significant, written

LINEAR_PAD = 0.03  # of the span, left and right, so that no marker is cut


class LineKind(StrEnum):
    """How a line is drawn: points and a line, dashes, dashes and dots, dots; what is wrong as what is measured.

    A cloud is points alone, in any order, and an outline a closed thin line; both are of the plane.
    """

    MEASURED = "measured"
    EXACT = "exact"
    FIT = "fit"
    BOUND = "bound"
    WRONG = "wrong"
    CLOUD = "cloud"
    OUTLINE = "outline"

    @property
    def ran(self) -> bool:
        """Whether its values were found by running something, be it wrong."""
        return self in (LineKind.MEASURED, LineKind.WRONG, LineKind.CLOUD)


@dataclass(frozen=True, slots=True, eq=False)
class ChartLine:
    """Values y (n,) over x (n,), with a standard error each or an empty array.

    beside: name of the line whose colour it shares, "" for one of its own.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    error: np.ndarray
    kind: LineKind = LineKind.MEASURED
    beside: str = ""

    def value_at(self, x: float) -> str:
        """The value at one of its x as written, "" where it has none."""
        found = np.flatnonzero(self.x == x)
        if not len(found):
            return ""
        error = float(self.error[found[0]]) if len(self.error) else 0.0
        value = significant(float(self.y[found[0]]), 4)
        return f"{value} ± {significant(error, 2)}" if error > 0 else value


@dataclass(frozen=True, slots=True)
class ChartAxis:
    """The title of an axis with its unit, and whether it is logarithmic; of x, names in place of 1, 2 and so on."""

    title: str
    log: bool = False
    names: tuple[str, ...] = ()

    def written(self, value: float) -> str:
        """A place on the axis in words."""
        known = self.names and 1 <= round(value) <= len(self.names)
        return self.names[round(value) - 1] if known else significant(value, 6)


@dataclass(frozen=True, slots=True, eq=False)
class ChartShade:
    """A density under clouds: values (rows from below, columns) ≥ 0 over a rectangle, (low, high) of x and of y."""

    values: np.ndarray
    x: tuple[float, float]
    y: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class ChartPicture:
    """A small picture: values (height, width) from above, what is darkest and brightest, and its row in the chart.

    heat: drawn in the colours of a heat map, with its scale; else in grey.
    """

    caption: str
    values: np.ndarray
    low: float
    high: float
    heat: bool = False
    row: int = 0


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Named rows of numbers: name is the head of the names, heads are (title, help), entries (name, values, quiet).

    digits: behind the point, for each head, −1 for as many as a number takes; none for that everywhere. whys: for each
    entry, why it has no numbers, "" where it has; none where all have.
    """

    name: str
    heads: tuple[tuple[str, str], ...]
    entries: tuple[tuple[str, tuple[float, ...], bool], ...]
    digits: tuple[int, ...] = ()
    whys: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of all rows."""
        return tuple(name for name, _, _ in self.entries)

    def why(self, row: int) -> str:
        """Why a row has no numbers, "" where it has."""
        return self.whys[row] if self.whys else ""

    def text(self, row: int, column: int) -> str:
        """A cell as written; column 0 is that of the names."""
        name, values, _ = self.entries[row]
        if column == 0:
            return name
        value, digits = values[column - 1], self.digits[column - 1] if self.digits else -1
        if not np.isfinite(value):
            return "–"
        return significant(value, 3) if digits < 0 or abs(value) >= LONG else written(value, f",.{digits}f")


@dataclass(frozen=True, slots=True, eq=False)
class ChartSheet:
    """One chart: what is over it, beside its axes, on it and under it; `subtitle` is a line under its title.

    shade: under lines that are clouds and outlines, the axes then having one unit; pictures, table: in place of axes
    and lines. front: it is shown together with others of that kind before the user chooses. row: of the table beside
    it that it is about, "" for all.
    """

    title: str
    x: ChartAxis
    y: ChartAxis
    lines: tuple[ChartLine, ...] = ()
    remark: str = ""
    subtitle: str = ""
    shade: ChartShade | None = None
    pictures: tuple[ChartPicture, ...] = ()
    table: ChartTable | None = None
    front: bool = False
    row: str = ""

    @property
    def broad(self) -> bool:
        """Whether it takes all of the width: a table or pictures."""
        return self.table is not None or bool(self.pictures)

    @property
    def plain(self) -> bool:
        """Whether it has lines over two axes of numbers."""
        return not self.broad and self.shade is None and not self.x.names

    def shown(self, hidden: Iterable[str] = ()) -> tuple[ChartLine, ...]:
        """The lines that are not hidden by their names."""
        gone = set(hidden)
        return tuple(line for line in self.lines if line.name not in gone)

    def xs(self, hidden: Iterable[str] = ()) -> list[float]:
        """Every x that a shown line has a value at, in order; none where lines are of the plane."""
        if self.shade is not None:
            return []
        return sorted({float(x) for line in self.shown(hidden) for x, y in zip(line.x, line.y, strict=True)
                       if np.isfinite(y) and (x > 0 or not self.x.log)})

    def told(self, hidden: Iterable[str] = ()) -> str:
        """The chart in words, for those who cannot see it."""
        lines = [f"{line.name}, {line.kind}: " + _told(line, self.x) for line in self.shown(hidden)]
        if self.table is not None:
            lines = [_told_row(self.table, row) for row in range(len(self.table.entries))]
        elif self.shade is not None:
            lines = [f"{line.name}, {line.kind} of {len(line.x)} points" for line in self.shown(hidden)]
        elif self.pictures:
            lines = [", ".join(picture.caption for picture in self.pictures)]
        axes = "" if self.table is not None or self.pictures else f" {self.y.title} over {self.x.title}."
        head = [f"{self.title}.{axes}", *filter(None, [self.subtitle])]
        return "\n".join([*head, *lines, self.remark]).strip()

    def told_at(self, x: float, hidden: Iterable[str] = ()) -> str:
        """The values at one x in words."""
        values = [f"{line.name} {value}" for line in self.shown(hidden) if (value := line.value_at(x))]
        return f"{self.x.title} {self.x.written(x)}: {', '.join(values)}"


def _told_row(table: ChartTable, row: int) -> str:
    """A row of a table in words."""
    if table.why(row):
        return f"{table.text(row, 0)}: {table.why(row)}"
    cells = (f"{title} {table.text(row, k)}" for k, (title, _) in enumerate(table.heads, 1))
    return f"{table.text(row, 0)}: {', '.join(cells)}"


def _told(line: ChartLine, axis: ChartAxis) -> str:
    """The ends of a line and what lies between; a screen reader that reads a hundred numbers says nothing."""
    finite = np.flatnonzero(np.isfinite(line.y))
    if not len(finite):
        return "no values"
    few = len(finite) <= 8 or bool(axis.names)
    picked = finite if few else finite[np.linspace(0, len(finite) - 1, 5).round().astype(int)]
    return ", ".join(f"{line.value_at(float(line.x[k]))} at {axis.written(float(line.x[k]))}" for k in picked)


def scales(sheet: ChartSheet, lines: Sequence[ChartLine]) -> tuple[Scale, Scale]:
    """The scales of x and y that show these lines whole, error bars too."""
    xs = [line.x for line in lines]
    ends = [end for line in lines for end in _ends(line, log=sheet.y.log)]
    return _scale(xs, sheet.x.log, padded=False), _scale(ends, sheet.y.log, padded=True)


def _ends(line: ChartLine, *, log: bool) -> list[np.ndarray]:
    """Values, and both ends of their bars; on a logarithmic axis a bar below 0 has no end to show."""
    if not len(line.error):
        return [line.y]
    low, high = line.y - line.error, line.y + line.error
    return [line.y, high, low[low > 0.2 * line.y] if log else low]


def _scale(arrays: Sequence[np.ndarray], log: bool, *, padded: bool) -> Scale:
    finite = [values[np.isfinite(values)] for values in arrays]
    if log:
        found = fit_log(finite)
        # over many decades a factor of its own is next to nothing: no marker is cut
        room = 1.0 if found is None else (found.high / found.low) ** LINEAR_PAD
        return Scale(0.1, 10, True) if found is None else LogScale(found.low / room, found.high * room, True)
    joined = np.concatenate(finite) if finite else np.zeros(0)
    if padded:
        # `fit` may choose decades by itself, which an axis that is said to be linear must not
        found = fit([joined])
        joined = np.concatenate([joined, [0.0]]) if found.log else joined
        return fit([joined]) if not found.log else Scale(0.0, float(joined.max()) * 1.06, False)
    low, high = (float(joined.min()), float(joined.max())) if joined.size else (0.0, 1.0)
    pad = LINEAR_PAD * (high - low) or 0.5
    return Scale(low - pad, high + pad, False)
