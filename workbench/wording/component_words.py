"""Components and their options in words, as their classes have them: the window keeps no list of names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from engines.component import Component, kinds_of
from engines.worded import Worded

Kinds = Mapping[str, Mapping[str, type[Component]]]


@cache
def kinds() -> Kinds:
    """What every option of a task or of a component chooses from, by option and name.

    It imports all engines: the engine thread asks first, and until it has an answer words are told without one.
    """
    from engines.tasks.base import tasks

    found = defaultdict[str, dict[str, type[Component]]](dict)
    waiting = [task.Form for task in tasks().values()]
    while waiting:
        for option, field in waiting.pop().model_fields.items():
            others = {name: kind for name, kind in kinds_of(field).items() if name not in found[option]}
            found[option] |= others
            waiting += others.values()
    return {option: named for option, named in found.items() if named}


def known() -> Kinds:
    """The same where it is known already, {} before: a look at it must not hold the window up for an import."""
    return kinds() if kinds.cache_info().currsize else {}


@cache
def _values() -> Mapping[str, Mapping[str, str]]:
    """The words for the values of every option that is an enumeration, by option and value; all engines are there."""
    from engines.tasks.base import tasks

    found = defaultdict[str, dict[str, str]](dict)
    for form in (*(task.Form for task in tasks().values()), *(kind for named in kinds().values()
                                                              for kind in named.values())):
        for option, field in form.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, Worded):
                found[option] |= {member.value: member.word for member in field.annotation}
    return found


@cache
def _tasks() -> Mapping[str, tuple[str, str]]:
    """What every task is called, and where two workspaces call one alike, with its workspace; all engines are there."""
    from engines.tasks.base import tasks

    called = Counter(task.title for task in tasks().values())
    return {name: (task.title, f"{task.title} in {task.workspace.capitalize()}" if called[task.title] > 1 and
                   task.workspace != task.title.lower() else task.title) for name, task in tasks().items()}


def task_word(name: str, *, apart: bool = False) -> str:
    """A task as the window calls it: "Sample"; of one that is not known, or before all engines are there, its name.

    apart: with its workspace where another one has a task that is called so: "Invert in Points".
    """
    own = name.replace("-", " ").replace("_", " ").capitalize()
    return _tasks().get(name, (own, own))[apart] if known() else own


def value_word(option: str, value: str) -> str:
    """A value of an option as people write it within a line: "β̃" for the variance beta-tilde; else the value itself."""
    return _values().get(option, {}).get(value, value) if known() else value


def word(option: str, name: str) -> str:
    """A component that an option names, as people write it: "DDIM", "Two moons"; the name itself for an unknown one."""
    kind = known().get(option, {}).get(name)
    return kind.word() if kind is not None else name.replace("-", " ")


def option_word(option: str, name: str, inner: str) -> str:
    """An option of a component within a line, as its form calls it: "eta", "corrector SNR"."""
    kind = known().get(option, {}).get(name)
    field = kind.model_fields.get(inner) if kind is not None else None
    return within(field.title or "" if field is not None else "") or inner.replace("_", " ")


def unusual(option: str, value: Any) -> Any:
    """A component that an option names with those of its own options that are not as usual; anything else as it is."""
    kind = known().get(option, {}).get(str(value.get("name"))) if isinstance(value, Mapping) else None
    if kind is None:
        return value
    usual = {name: field.default for name, field in kind.model_fields.items()}
    return {name: each for name, each in value.items() if name not in usual or each != usual[name]}


def within(title: str) -> str:
    """A title as it stands within a line: its first letter small, unless the word is written in capitals."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
