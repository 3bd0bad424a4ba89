"""Line: one thing that is timed, with its goal."""

from __future__ import annotations

import importlib
import math
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

from engines.errors import BadInput


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measured ratio.

    name: of the figure; ours: what we take, in `unit`; peer: what the peer takes, or the limit that is allowed;
    goal: the largest ratio ours/peer that is fine; note: one sentence, the reason where it could not be measured;
    parts: figures behind it by what each is of, in the order of a table, for programs as the note is for people.
    """

    name: str
    ours: float
    peer: float
    goal: float
    unit: str
    note: str = ""
    paired: float = math.nan  # median ratio of single rounds, nan where there are none
    parts: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def ratio(self) -> float:
        """The median of the ratios of single rounds where there are rounds, else ours/peer."""
        return self.paired if math.isfinite(self.paired) else self.ours / self.peer if self.peer else math.nan

    @property
    def ok(self) -> bool:
        """Whether the goal is met; a figure that could not be measured misses it."""
        return math.isfinite(self.ratio) and self.ratio <= self.goal

    def document(self) -> dict[str, Any]:
        """As JSON: name, ours, peer, ratio, goal, ok, unit, note, parts; null where there is no number."""
        values = {**asdict(self), "ratio": self.ratio}
        del values["paired"]
        return {**_finite(values), "parts": _finite(self.parts), "ok": self.ok}


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    """Null for numbers that JSON has no way to write."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose.

    threads: to compute with; peer: where its environment is (None: made on demand); say: whom to tell; model: the name
    or file of that which denoises photographs, "" for the bundled one.
    """

    threads: int
    peer: Path | None
    say: Callable[[str], object]
    model: str = ""


class Line(ABC):
    """One line of the bench, measured in a process of its own. A subclass sets name and about."""

    name: ClassVar[str] = ""
    about: ClassVar[str] = ""

    @abstractmethod
    def measure(self, settings: Settings) -> list[Comparison]:
        """Measure; a figure that cannot be had comes back with a note and no number."""


def lines(only: str = "") -> list[Line]:
    """Every line, the one that is named `only`, or those whose name contains it; raises BadInput when none does."""
    root = importlib.import_module("workbench.bench.lines")
    modules = [importlib.import_module(f"{root.__name__}.{m.name}") for m in pkgutil.iter_modules(root.__path__)]
    found = [c() for module in modules for c in vars(module).values()
             if isinstance(c, type) and issubclass(c, Line) and c.name and c.__module__ == module.__name__]
    # a line whose name is a part of another's can still be had alone
    chosen = ([line for line in found if only.lower() == line.name]
              or [line for line in found if only.lower() in line.name])
    if not chosen:
        raise BadInput(f"No bench line contains “{only}”; choose from {', '.join(line.name for line in found)}.")
    return chosen


def words() -> list[str]:
    """The names of all lines, told by their files alone: a help text must not wait until those are read."""
    root = importlib.import_module("workbench.bench.lines")
    return sorted(module.name.replace("_", " ") for module in pkgutil.iter_modules(root.__path__))


def missing(name: str, goal: float, unit: str, note: str) -> Comparison:
    """A figure that could not be measured."""
    return Comparison(name, math.nan, math.nan, goal, unit, note)


def compared(name: str, ours: Sequence[float], peer: Sequence[float], goal: float, unit: str, note: str = "",
             ) -> Comparison:
    """A figure from rounds run in turn: the load of the machine hits both alike, so the ratio of pairs is steadier."""
    ratio = median(a / b for a, b in zip(ours, peer, strict=True))
    return Comparison(name, median(ours), median(peer), goal, unit, note, ratio)
