"""Running the panels of a lesson without a window, by the tasks that the window runs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.ran import Ran

if TYPE_CHECKING:
    from engines.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Proven:
    """A fact with the value that was measured."""

    fact: Fact
    value: float

    @property
    def ok(self) -> bool:
        """Whether it is what the lesson says."""
        return self.fact.holds(self.value)


def recipe_of(panel: Panel) -> Recipe:
    """The recipe of a panel, with every option; raises BadOption."""
    from engines.recipe import Recipe
    from engines.tasks.base import options_of

    bare = Recipe(panel.task, dict(panel.options))
    return Recipe(panel.task, options_of(bare).model_dump(mode="json"))


def ran(panel: Panel) -> Ran:
    """Run a panel to its end."""
    from engines.context import Context
    from engines.device import device
    from engines.tasks.base import options_of, task

    options = options_of(recipe_of(panel))
    with tempfile.TemporaryDirectory() as folder:
        return Ran.of(options, task(panel.task).run(options, Context(device("cpu"), Path(folder))))


def prove(lesson: Lesson) -> Iterator[str | Proven]:
    """Run the panels, telling the caption of each before, and then measure every fact."""
    runs = list[Ran]()
    for panel in lesson.panels:
        yield panel.caption
        runs.append(ran(panel))
    yield from proven(lesson, runs)


def proven(lesson: Lesson, runs: Sequence[Ran]) -> list[Proven]:
    """The facts of a lesson as some runs of its panels show them."""
    return [Proven(fact, float(fact.measure(runs))) for fact in lesson.facts]


def document(lesson: Lesson, facts: Sequence[Proven]) -> Mapping[str, Any]:
    """A lesson with its figures as JSON has it."""
    return {"name": lesson.name, "title": lesson.title, "look": list(lesson.look),
            "facts": [{"name": one.fact.name, "about": one.fact.about, "measured": one.value,
                       "bounds": one.fact.bounds, "ok": one.ok} for one in facts],
            "ok": all(one.ok for one in facts)}
