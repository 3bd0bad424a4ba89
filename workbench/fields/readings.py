"""How a canvas of points reads: axes and the lines of a probe in the user's own units, where the data have some.

What is drawn stays at the scale of all sets; one number in, one number out, so that panels of other units can share it.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engines.units import Units
from widgets.drawing.numerals import aligned, steady
from widgets.drawing.ruler import PLAIN, Ruler
from widgets.fields.axes import Axes
from widgets.fields.probe import Fact

AT = "at"
FINE = 3  # digits of a place beyond that of its spread
NOTHING = 5e-4  # of the larger of two numbers


@lru_cache(64)
def rulers(units: Units | None, *, line: bool) -> tuple[Ruler, Ruler]:
    """Of the axes across and up; on a line the latter has a density."""
    if units is None:
        return PLAIN, PLAIN
    names = units.names or ("",) * len(units.origin)
    along = [Ruler(origin, units.scale, name) for origin, name in zip(units.origin, names, strict=True)]
    return (along[0], Ruler(0.0, 1 / units.scale)) if line else (along[0], along[-1])


@lru_cache(64)
def axes(units: Units | None, *, line: bool) -> Axes:
    """The axes of a plane or line; the same for the same units, so that they are not drawn again."""
    return Axes(line, *rulers(units, line=line))


def place_facts(units: Units | None, place: NDArray[np.floating]) -> list[Fact]:
    """Where the probe is (d,), a line for each column; nothing without units, where the ticks tell as much."""
    if units is None:
        return []
    names = units.names or ((AT,) if len(place) == 1 else (f"{AT} x", f"{AT} y"))
    return [Fact(name, one) for name, one in zip(names, _places(units, place), strict=True)]


def place(units: Units | None, point: NDArray[np.floating]) -> str:
    """A point (d,) of the data."""
    return vector(point) if units is None else ", ".join(_places(units, point))


def score(units: Units | None, gradient: NDArray[np.floating]) -> str:
    """A gradient of log p (d,), by the numbers that are told."""
    return vector(gradient) if units is None else _told(units.score(gradient))


def velocity(units: Units | None, vector_: NDArray[np.floating]) -> str:
    """A velocity (d,), in the numbers that are told by unit of t."""
    return vector(vector_) if units is None else _told(units.moves(vector_))


def log_density(units: Units | None, value: float) -> str:
    """log p of a point, per what is told as one unit of every column."""
    return number(value if units is None else value - units.log_volume)


def _told(values: NDArray[np.floating]) -> str:
    return ", ".join(steady(value, 4) for value in values.tolist())


def _places(units: Units, point: NDArray[np.floating]) -> list[str]:
    """Own numbers as fine as their spread is told apart by."""
    return [steady(value, FINE + max(0, _digits(value / units.scale))) for value in units.restored(point).tolist()]


def _digits(value: float) -> int:
    """Of the whole part of a number, 0 for one below 1."""
    return math.floor(math.log10(abs(value))) + 1 if np.isfinite(value) and value else 0


def number(value: float) -> str:
    """A number of the readout: figures of one width, with a true minus."""
    return aligned(value, 3 if abs(value) < 10 else 2 if abs(value) < 100 else 1)


def vector(values: NDArray[np.floating]) -> str:
    """One or two numbers of the readout; one that is nothing beside the other is 0."""
    least = NOTHING * float(np.abs(values).max(initial=0.0, where=np.isfinite(values)))
    return ", ".join(number(0.0 if abs(value) < least else value) for value in values.astype(float).tolist())
