"""Lesson: up to four runs, where to look at them, two sentences, and the figures that prove the point.

Nothing here needs the engines before a lesson is run, so that the window knows its lessons as it opens.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.lessons.ran import Ran

MOST = 4  # panels


@dataclass(frozen=True, slots=True)
class Panel:
    """One run of a lesson: a task with the options that are not its defaults, and what stands over the run."""

    caption: str
    task: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that a lesson teaches, and between which bounds it has to be.

    name: in the document of the command line; about: in words; measure: takes the runs of all panels, in their order.
    """

    name: str
    about: str
    measure: Callable[[Sequence[Ran]], float]
    least: float = -math.inf
    most: float = math.inf

    def holds(self, value: float) -> bool:
        """Whether a measured value is what the lesson says."""
        return self.least <= value <= self.most

    @property
    def bounds(self) -> str:
        """“0.2 or more”."""
        if math.isinf(self.most):
            return f"{self.least:g} or more"
        return f"{self.most:g} or less" if math.isinf(self.least) else f"{self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson; a file of this folder declares it as `LESSON`.

    Attributes:
        name: short, of the command line; title: in menus; place: orders the lessons.
        look: two sentences on what to look at.
        panels: one to four runs; those beside one another are of the same number of dimensions.
        facts: what proves its point.
        layers: names of the layers that are shown; at: where the time line stands, 0 the start and 1 the end;
        table: whether the distances to the truth stand under the canvas, of one with a canvas;
        view: name of what is shown of a step; charts: titles of those of several that are shown, none for all.
    """

    name: str
    title: str
    place: int
    look: tuple[str, str]
    panels: tuple[Panel, ...]
    facts: tuple[Fact, ...]
    layers: frozenset[str] = frozenset({"density", "paths"})
    at: float = 1.0
    table: bool = True
    view: str = "state"
    charts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a lesson that cannot be shown."""
        if not 1 <= len(self.panels) <= MOST or not self.facts or not 0 <= self.at <= 1:
            raise ValueError(f"Lesson “{self.name}” needs 1 to {MOST} panels, a fact and a place from 0 to 1.")

    @property
    def words(self) -> str:
        """Both sentences."""
        return " ".join(self.look)
