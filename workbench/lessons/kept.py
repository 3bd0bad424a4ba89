"""A lesson that is on as the session keeps it, with what there was before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from widgets.options.form import OptionForm
from workbench.lessons.base import Lesson
from workbench.lessons.registry import lessons


@dataclass(frozen=True, slots=True)
class Before:
    """What there was before a lesson: form, run with its step, runs beside it, order of panels, layers, table and
    the name of the view; forms: by task what lessons wrote over in the forms of others; choices: by task what its form
    remembers of components that do not stand there.

    index: the step, −1 where the newest one was followed; sample: the particle that was selected, −1 for none.
    """

    task: str
    values: dict[str, Any]
    run: str
    index: int
    beside: tuple[str, ...]
    order: tuple[str, ...]
    layers: tuple[str, ...]
    table: bool
    view: str
    forms: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    sample: int = -1
    choices: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    @property
    def runs(self) -> tuple[str, ...]:
        """Those on the canvas."""
        return self.run, *self.beside

    def spare(self, task: str, form: OptionForm) -> None:
        """Keep what is in the form of a task that a lesson writes into, unless one did so before."""
        if task != self.task:
            self.forms.setdefault(task, dict(form.values()))
        self.choices.setdefault(task, form.kept())

    def bring_back(self, forms: Mapping[str, OptionForm]) -> None:
        """Put into the other forms what there was; no form goes on remembering what a lesson chose in it."""
        for task in self.forms.keys() & forms.keys():
            forms[task].set_values(self.forms[task])
        for task in self.choices.keys() & forms.keys():
            forms[task].recall(self.choices[task])


@dataclass(frozen=True, slots=True)
class KeptLesson:
    """A lesson that is on, the runs of its panels, what leaving it brings back, and the runs of the lessons before it,
    by lesson.
    """

    lesson: Lesson
    runs: tuple[str, ...]
    before: Before | None
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def made(self) -> dict[str, tuple[str, ...]]:
        """The runs of all lessons so far, by lesson."""
        return {**self.others, self.lesson.name: self.runs}

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"name": self.lesson.name, "runs": list(self.runs),
                "made": {name: list(runs) for name, runs in self.others.items()},
                "before": asdict(self.before) if self.before is not None else None}

    @classmethod
    def read(cls, told: object) -> KeptLesson | None:
        """What `told` gave; None for anything else, and for a lesson that there is no more."""
        if not isinstance(told, Mapping) or told.get("name") not in lessons():
            return None
        lesson, runs = lessons()[told["name"]], _words(told.get("runs"))
        if len(runs) != len(lesson.panels):
            return None
        return cls(lesson, runs, _before(told.get("before")), _made(told.get("made")))


def _before(told: object) -> Before | None:
    if not isinstance(told, Mapping) or not isinstance(told.get("values"), dict):
        return None
    task, run, view = (str(told.get(name, "")) for name in ("task", "run", "view"))
    beside, order, layers = (_words(told.get(name)) for name in ("beside", "order", "layers"))
    index, sample = told.get("index"), told.get("sample")
    return Before(task, told["values"], run, index if isinstance(index, int) else 0, beside, order, layers,
                  told.get("table") is not False, view, _forms(told.get("forms")),
                  sample if isinstance(sample, int) else -1, _forms(told.get("choices")))


def _made(told: object) -> dict[str, tuple[str, ...]]:
    """Runs by lesson, as many as it has panels."""
    found = {str(name): _words(runs) for name, runs in told.items()} if isinstance(told, Mapping) else {}
    return {name: runs for name, runs in found.items()
            if name in lessons() and len(runs) == len(lessons()[name].panels)}


def _forms(told: object) -> dict[str, dict[str, Any]]:
    return {str(task): values for task, values in told.items() if isinstance(values, dict)} \
        if isinstance(told, Mapping) else {}


def _words(told: object) -> tuple[str, ...]:
    return tuple(one for one in told if isinstance(one, str)) if isinstance(told, list | tuple) else ()
