"""From an options model to the fields of a form, and from a form's values back to valid options."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from types import MappingProxyType
from typing import Any, get_origin

from pydantic.fields import FieldInfo

from engines.component import ATTACHED, Options, hint, kinds_of, unlisted_of
from engines.shown import CANVAS, SAMPLE
from engines.worded import Worded
from widgets.options.fields import FieldSpec, Kind

HINTED = {"seed": Kind.SEED, "model": Kind.MODEL, "image": Kind.IMAGE, "mask": Kind.MASK, "kernel": Kind.KERNEL,
          "paint": Kind.PAINT, "points": Kind.POINTS, "folder": Kind.FOLDER, "class": Kind.CLASS, "prior": Kind.MODEL,
          "training": Kind.FOLDER, "teacher": Kind.FOLDER, "classifier": Kind.FOLDER, "table": Kind.FOLDER,
          "samplers": Kind.NAMES, "methods": Kind.NAMES, "picture": Kind.PICTURE}
ON_CANVAS = ATTACHED - {Kind.POINTS}
NATURAL = {bool: Kind.BOOL, int: Kind.INT, float: Kind.FLOAT, str: Kind.TEXT}
ORDER = ("", "Data", "Training", "Process", "Sampler", "Samples", "Network")
PICTURES = ((CANVAS, "Canvas picture"), (SAMPLE, "Selected sample"))  # what stands for a picture that is no file
Choices = tuple[tuple[str, str], ...]  # (name, title)
LOG_RANGE = 1e-6  # decades a logarithmic slider spans where the lower bound is an open 0


def _samplers() -> Choices:
    """What a list of samplers is chosen from."""
    from engines.samplers.base import samplers  # with torch, which the window does not wait for

    return tuple((key, kind.listed()) for key, kind in samplers().items())


def _methods() -> Choices:
    """What a list of inverse methods of the laboratory is chosen from."""
    from engines.studies.posterior_laboratory import ALL, rivals

    return ((ALL, "All methods"), *((key, rival.title) for key, rival in rivals().items()))


NAMED: Mapping[str, Callable[[], Choices]] = {"samplers": _samplers, "methods": _methods}


def specs(form: type[Options], *, depth: int = 0) -> tuple[FieldSpec, ...]:
    """The fields of an options model in its order; components bring their own fields.

    Pictures and masks are left out: they are on the canvas.
    """
    # what a task's classes add before what they inherit, which may have another default: pydantic lists bases first
    inherited = {name for base in form.__mro__[1:] if issubclass(base, Options) and base.__module__ != form.__module__
                 for name in base.model_fields}
    own = [name for name in form.model_fields if name not in inherited]
    names = [*own, *(name for name in form.model_fields if name not in own)]
    made = [spec(name, form.model_fields[name], depth) for name in names]
    made = [replace(s, decides=_decides(form, s)) for s in made]
    # what a task adds to its base stands above what all tasks share
    return tuple(sorted((s for s in made if s.kind not in ON_CANVAS), key=lambda s: ORDER.index(s.group)
                        if s.group in ORDER else len(ORDER)))


def spec(name: str, field: FieldInfo, depth: int = 0) -> FieldSpec:
    """The description of one option."""
    widget = str(hint(field, "widget"))
    low, high, step = bounds(field)
    # a logarithmic scale cannot begin at 0
    if widget == "log-slider" and high and not low:
        low = high * LOG_RANGE
    kinds, unlisted = kinds_of(field), unlisted_of(field)
    # a component may choose a component; deeper than two no form could be read, and a cycle would never end
    below = depth if widget == "form" else depth + 1
    inner = {key: specs(kind, depth=below) for key, kind in {**kinds, **unlisted}.items()} if depth < 2 else {}
    choices = (PICTURES if widget == "picture" else NAMED[widget]() if widget in NAMED else
               tuple((key, kind.listed()) for key, kind in kinds.items()) or enum_choices(field.annotation))
    kind = _kind(field, bool(kinds), widget)
    return FieldSpec(
        name, field.title or name, kind, default_of(field), low, high, step, str(hint(field, "unit")),
        field.description or "", str(hint(field, "symbol")),
        str(hint(field, "group")), bool(hint(field, "advanced")), choices, MappingProxyType(inner),
        widget, zero=str(hint(field, "zero")),
        unlisted=tuple((key, kind.listed()) for key, kind in unlisted.items()),
        apart=frozenset(key for (key, kind), before in zip(list(kinds.items())[1:], kinds.values(), strict=False)
                        if kind.family != before.family))


def _decides(form: type[Options], spec: FieldSpec) -> str:
    """The number that a list of this form stands for by its length, "" for every other option."""
    others = form.supersedes.get(spec.name, ()) if spec.kind is Kind.INTS else ()
    return next((name for name in others if f"{name}s" != spec.name), "")


def _kind(field: FieldInfo, component: bool, widget: str) -> Kind:
    if component:
        return Kind.COMPONENT
    if widget in HINTED:
        return HINTED[widget]
    annotation = field.annotation
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Kind.CHOICE
    if get_origin(annotation) is tuple:
        return Kind.INTS
    return NATURAL.get(annotation, Kind.TEXT) if isinstance(annotation, type) else Kind.TEXT


def bounds(field: FieldInfo) -> tuple[float | None, float | None, float | None]:
    """(smallest, largest, step) of a number, None where there is no bound; open bounds count as closed."""
    rules: dict[str, Any] = {name: value for rule in field.metadata for name in ("ge", "gt", "le", "lt", "multiple_of")
                             if (value := getattr(rule, name, None)) is not None}
    # an open bound has no smallest float: the bound itself can be set, and the model refuses it in words
    inside = 1 if field.annotation is int else 0
    low = rules["gt"] + inside if "gt" in rules else rules.get("ge")
    high = rules["lt"] - inside if "lt" in rules else rules.get("le")
    return low, high, rules.get("multiple_of")


def enum_choices(annotation: Any) -> tuple[tuple[str, str], ...]:
    """(value, title) pairs of an enumeration, () for anything else: “nll” and “NLL”."""
    if not (isinstance(annotation, type) and issubclass(annotation, Enum)):
        return ()
    return tuple((str(member.value), member.label if isinstance(member, Worded) else str(member.value).capitalize())
                 for member in annotation)


def default_of(field: FieldInfo) -> object:
    """The default as plain JSON values."""
    return plain(field.get_default(call_default_factory=True))


def plain(value: object) -> Any:
    """An option's value as JSON holds it: components as {"name": …}, tuples as lists."""
    if isinstance(value, Options):
        return value.model_dump(mode="json")
    return json.loads(json.dumps(value))


def defaults(form: type[Options]) -> dict[str, Any]:
    """All options of a model at their defaults."""
    return {name: default_of(field) for name, field in form.model_fields.items()}
