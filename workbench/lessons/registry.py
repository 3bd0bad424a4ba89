"""The lessons there are: one for each file of this folder that declares one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from engines.errors import BadInput
from workbench.lessons.base import Lesson


@cache
def lessons() -> dict[str, Lesson]:
    """Every lesson by name, in the order in which they are taught."""
    root = importlib.import_module("workbench.lessons")
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(root.__path__, "workbench.lessons.")]
    found = [made for made in (getattr(module, "LESSON", None) for module in modules) if isinstance(made, Lesson)]
    return {lesson.name: lesson for lesson in sorted(found, key=lambda lesson: (lesson.place, lesson.name))}


def lesson(name: str) -> Lesson:
    """The lesson of that name; raises BadInput listing the known ones."""
    if name not in lessons():
        raise BadInput(f"Lesson “{name}” is not known; choose one of {', '.join(lessons())}.")
    return lessons()[name]


def after(name: str, steps: int) -> Lesson:
    """The lesson so many places on; behind the last one comes the first."""
    known = list(lessons().values())
    place = next(k for k, one in enumerate(known) if one.name == name)
    return known[(place + steps) % len(known)]
