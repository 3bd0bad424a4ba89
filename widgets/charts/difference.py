"""How far the measured lines of a chart are from what is known: the difference, or the ratio on a logarithmic axis."""

from __future__ import annotations

import numpy as np

from widgets.charts.curve_plot import Curve
from widgets.charts.data import ChartLine, ChartSheet, LineKind
from widgets.charts.paint import TOKENS

ALONE = "Nothing exact stands beside these lines."


def heading(sheet: ChartSheet) -> str:
    """What the plot is called."""
    return "Measured ÷ exact" if sheet.y.log else f"Measured − exact{_unit(sheet.y.title)}"


def differences(sheet: ChartSheet) -> list[Curve]:
    """A curve for every measured line that an exact one stands beside."""
    # a measured line beside another one marks a part of it
    measured = [line for line in sheet.lines if line.kind is LineKind.MEASURED and not line.beside]
    found = list[Curve]()
    for k, line in enumerate(measured):
        exact = _exact(sheet, line, alone=len(measured) == 1)
        if exact is not None and len(line.x):
            found.append(Curve(line.name, TOKENS[k % len(TOKENS)], _apart(sheet, line, exact), line.x,
                               sparse=True))
    return found


def _exact(sheet: ChartSheet, line: ChartLine, *, alone: bool) -> ChartLine | None:
    """The exact line beside a measured one: its own, else one that belongs to none."""
    known = [other for other in sheet.lines if other.kind is LineKind.EXACT and len(other.x)]
    own = [other for other in known if other.beside == line.name]
    return next(iter(own or [other for other in known if alone or not other.beside]), None)


def _apart(sheet: ChartSheet, line: ChartLine, exact: ChartLine) -> np.ndarray:
    """The values of a line against those of the exact one at the same x: (n,), NaN where there is none."""
    x, known = _placed(line.x, log=sheet.x.log), _placed(exact.x, log=sheet.x.log)
    order = np.argsort(known, kind="stable")
    there = np.interp(x, known[order], exact.y[order], left=np.nan, right=np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(there > 0, line.y / there, np.nan) if sheet.y.log else line.y - there


def _placed(values: np.ndarray, *, log: bool) -> np.ndarray:
    """Values as an axis has them."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(values) if log else values


def _unit(title: str) -> str:
    """The unit in the title of an axis, ", nats" of "KL (nats)"."""
    return f", {title[title.rindex('(') + 1:-1]}" if title.endswith(")") and " (" in title else ""
