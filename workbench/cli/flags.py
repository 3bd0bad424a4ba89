"""Flags from an options model, and an options model from flags: nothing about a task is written here."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, get_args, get_origin

from pydantic.fields import FieldInfo

from engines.component import OPTIONAL, Component, Options, hint, kinds_of
from engines.errors import BadInput, BadOption

ATTACHMENTS = frozenset({"image", "kernel", "mask", "paint", "points", "picture"})
# what stands for a value on the help page, by the hint of the form's widget
WORDS = {"image": "FILE", "kernel": "FILE", "mask": "FILE", "picture": "FILE", "table": "FILE", "model": "MODEL",
         "teacher": "MODEL", "classifier": "MODEL", "class": "CLASS", "folder": "FOLDER", "training": "FOLDER"}


class Lines(argparse.HelpFormatter):
    """Wraps what is a paragraph, and leaves examples in their lines."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are the program's own: one sentence, exit code 2, and the nearest flag."""

    def __init__(self, *, prog: str, description: str, epilog: str) -> None:
        super().__init__(prog=prog, description=description, epilog=epilog, allow_abbrev=False, formatter_class=Lines)

    def parse_args(self, args: Sequence[str], namespace: None = None) -> argparse.Namespace:  # type: ignore[override]
        """The parsed flags; raises BadInput."""
        found, left = self.parse_known_args(args, namespace)
        if left:
            word = left[0].split("=")[0]
            # without the dashes, which would make any short word look like any other
            flags = {flag.lstrip("-"): flag for flag in self._option_string_actions}
            near = difflib.get_close_matches(word[2:], flags, 1) if word.startswith("--") else []
            meant = f" (did you mean {flags[near[0]]}?)" if near else ""
            raise BadInput(f"“{word}” is not an option of {self.prog}{meant}; see “{self.prog} --help”.")
        return found

    def error(self, message: str) -> NoReturn:
        """Raise BadInput with argparse's complaint as a sentence."""
        text = message.removeprefix("argument ").rstrip(".")
        raise BadInput(f"{text[:1].upper()}{text[1:]}; see “{self.prog} --help”.")


@dataclass(frozen=True, slots=True)
class Flag:
    """One option of a model: its name in the model ("sampler" or "sampler.eta") and how it is written."""

    dest: str
    info: FieldInfo
    kinds: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    defaults: tuple[tuple[object, tuple[str, ...]], ...] = ()
    helps: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def written(self) -> str:
        """As on the command line: --learning-rate, --sampler.eta."""
        return "--" + self.dest.replace("_", "-")

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off and takes no value."""
        return self.info.annotation is bool

    @property
    def is_list(self) -> bool:
        """Whether it takes several values separated by commas."""
        return get_origin(self.info.annotation) is tuple

    @property
    def is_attachment(self) -> bool:
        """Whether its value is a file whose bytes travel with the recipe."""
        return hint(self.info, "widget") in ATTACHMENTS

    @property
    def is_needed(self) -> bool:
        """Whether it is a file without which there is no run, whatever component is chosen."""
        return self.is_attachment and not self.only_for and hint(self.info, "widget") not in OPTIONAL


def flags_of(form: type[Options]) -> list[Flag]:
    """All flags of an options model, a component's own options behind it."""
    flags = list[Flag]()
    for name, info in form.model_fields.items():
        kinds = kinds_of(info)
        flags.append(Flag(name, info, tuple(kinds)))
        flags += _component_flags(name, kinds, info.default)
    return flags


def _component_flags(name: str, kinds: Mapping[str, type[Component]], first: object) -> list[Flag]:
    """The options of all components that a field may hold, each once, and those of components among them.

    first: what the field holds by default, whose options may have values of its own.
    """
    found = dict[str, dict[str, FieldInfo]]()
    for kind, component in kinds.items():
        for inner, info in component.model_fields.items():
            found.setdefault(inner, {})[kind] = info
    flags = list[Flag]()
    for inner, owners in found.items():
        info = next(iter(owners.values()))
        deeper = kinds_of(info)
        flags += [Flag(f"{name}.{inner}", info, tuple(deeper), tuple(owners), _defaults(inner, owners, first),
                       _helps(owners)),
                  *_component_flags(f"{name}.{inner}", deeper, info.default)]
    return flags


def _defaults(name: str, owners: Mapping[str, FieldInfo], first: object) -> tuple[tuple[object, tuple[str, ...]], ...]:
    """The defaults of an option that components have alike by name, each with those that have it."""
    found = dict[str, tuple[object, list[str]]]()
    for kind, info in owners.items():
        value = getattr(first, name) if isinstance(first, Component) and first.name == kind else info.default
        found.setdefault(_shown(value), (value, []))[1].append(kind)
    return tuple((value, tuple(kinds)) for value, kinds in found.values())


def _helps(owners: Mapping[str, FieldInfo]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What an option that components have alike by name means, each with those of which it means that."""
    found = dict[str, list[str]]()
    for kind, info in owners.items():
        found.setdefault(info.description or info.title or "", []).append(kind)
    return tuple((text, tuple(kinds)) for text, kinds in found.items())


def add_flags(parser: argparse.ArgumentParser, form: type[Options], spared: frozenset[str] = frozenset()) -> None:
    """Add a model's flags to a parser, grouped as in the window's form; spared: files that its defaults need not."""
    groups = dict[str, argparse._ArgumentGroup]()
    default = form.model_construct()
    for flag in flags_of(form):
        head = flag.dest.split(".")[0]
        title = str(hint(form.model_fields[head], "group")) or "Main options"
        group = groups.setdefault(title, parser.add_argument_group(title))
        text = help_text(flag, getattr(default, flag.dest, None), spared).replace("%", "%%")
        if flag.is_switch:
            group.add_argument(flag.written, dest=flag.dest, default=None, help=text,
                               action=argparse.BooleanOptionalAction)
        else:
            group.add_argument(flag.written, dest=flag.dest, default=None, help=text, metavar=metavar(flag))


def metavar(flag: Flag) -> str:
    """What stands for the value on the help page: NAME, FILE, 1,2,… or its unit."""
    if flag.kinds:
        return "NAME"
    if flag.is_attachment:
        return "FILE"
    if flag.is_list:
        return "A,B,…"
    if word := WORDS.get(str(hint(flag.info, "widget"))):
        return word
    names = {int: "N", float: "X"}
    return names.get(flag.info.annotation, "NAME" if _choices(flag.info) else "TEXT")  # type: ignore[arg-type]


def help_text(flag: Flag, default: Any, spared: frozenset[str] = frozenset()) -> str:
    """One help line: what it does, choices or range, unit, default."""
    reach = f"{_range(flag.info)} {hint(flag.info, 'unit')}".strip()
    facts = [", ".join(flag.kinds) or ", ".join(_choices(flag.info)), reach]
    value = default if default is not None or not flag.defaults else flag.defaults[0][0]
    # the default of an attachment is the name it has inside a recipe: no file to look for
    shown = "" if flag.is_attachment else _shown(value)
    needed = flag.is_needed and hint(flag.info, "widget") not in spared
    facts += ["needed, unless --recipe brings it" if needed else "",
              _defaulted(flag, shown), f"for {', '.join(flag.only_for)}" if flag.only_for else ""]
    kept = "; ".join(fact for fact in facts if fact)
    told = flag.info.description or flag.info.title or ""
    if len(flag.helps) > 1:
        told = " ".join(f"For {' and '.join(kinds)}: {text}" for text, kinds in flag.helps)
    return f"{told} ({kept})" if kept else told


def _defaulted(flag: Flag, shown: str) -> str:
    """“default 0.3”, and where components differ “default 0.3, 0.4 for two-peaks”."""
    others = [f"{_shown(value)} for {' and '.join(kinds)}" for value, kinds in flag.defaults[1:] if _shown(value)]
    return f"default {', '.join([shown, *others])}" if shown else ""


def _choices(info: FieldInfo) -> list[str]:
    """The values of an enumeration."""
    kind = info.annotation
    return [str(value) for value in kind] if isinstance(kind, type) and issubclass(kind, StrEnum) else []


def _range(info: FieldInfo) -> str:
    """The bounds of a number: "1 to 1,000", "above 0", or ""."""
    bounds = {name: getattr(note, name) for note in info.metadata for name in ("ge", "gt", "le", "lt")
              if getattr(note, name, None) is not None}
    low = f"{bounds['ge']:,.10g}" if "ge" in bounds else f"above {bounds['gt']:,.10g}" if "gt" in bounds else ""
    high = f"{bounds['le']:,.10g}" if "le" in bounds else f"below {bounds['lt']:,.10g}" if "lt" in bounds else ""
    return f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else ""


def _shown(value: Any) -> str:
    """A default for people."""
    if isinstance(value, Component):
        return value.name
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def values_of(form: type[Options], given: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Options as a recipe holds them, from flags laid over `base`.

    Args:
        form: the options model.
        given: parsed flags by their `dest`; None where the user said nothing.
        base: options of a recipe to start from, or {}.

    Raises:
        BadOption: two flags contradict each other, or a list is empty that cannot be. The rest is for the
            caller's validation; unknown names were refused by the parser.
    """
    _check_agreement(form, given)
    values = {name: value for name, value in base.items() if not _outdated(form, given, name)}
    for flag in flags_of(form):
        raw = given.get(flag.dest)
        if raw is None:
            continue
        values = _laid(form, values, flag.dest.split("."), _named(flag, raw) if flag.kinds else _value(flag, raw))
    return values


def _named(flag: Flag, name: str) -> dict[str, Any]:
    """The component of a name as a document: that which the form begins with, where it has the name."""
    first = flag.info.default
    return first.model_dump(mode="json") if isinstance(first, Component) and first.name == name else {"name": name}


def _laid(form: type[Options], values: Mapping[str, Any], place: Sequence[str], value: Any) -> dict[str, Any]:
    """Values of a model with one laid over them, at a place such as ("sampler", "eta")."""
    head, *inner = place
    if not inner or head not in form.model_fields:  # what does not belong here is refused by its own name
        return {**values, head: value}
    now = _component(form, values, head)
    kind = kinds_of(form.model_fields[head]).get(str(now.get("name")))
    # an unknown one is refused by its name, whatever its options are
    return {**values, head: {**now, inner[0]: value} if kind is None else _laid(kind, now, inner, value)}


def _check_agreement(form: type[Options], given: Mapping[str, Any]) -> None:
    """Raise BadOption when an option is given together with one that takes its place."""
    for name, others in form.supersedes.items():
        both = [other for other in others if given.get(name) is not None and given.get(other) is not None]
        if both:
            raise BadOption(f"--{name} takes the place of --{both[0]}, so only one of them can be given; "
                            "leave the other out.")


def _outdated(form: type[Options], given: Mapping[str, Any], name: str) -> bool:
    """Whether an option of a recipe must go because one that it would take the place of is given now."""
    return any(given.get(other) is not None for other in form.supersedes.get(name, ()))


def _component(form: type[Options], values: Mapping[str, Any], head: str) -> dict[str, Any]:
    """The component so far as a dictionary: the chosen one, else the model's default."""
    now = values.get(head, form.model_fields[head].default)
    if isinstance(now, Component):
        return now.model_dump(mode="json")
    return dict(now) if isinstance(now, Mapping) else {"name": now}


def _value(flag: Flag, raw: Any) -> Any:
    """A flag's text as the model wants it: lists are split at commas, the rest pydantic reads."""
    if flag.is_list and isinstance(raw, str):
        parts = [part.strip() for part in raw.split(",") if part.strip()]
        if not parts and not flag.info.default:
            raise BadOption(f"{flag.written} is empty; give values separated by commas, or leave it out.")
        return parts
    if isinstance(raw, str) and not raw.strip():
        if get_args(flag.info.annotation):
            return None
        if flag.info.default != "":
            raise BadOption(f"{flag.written} is empty; give it a value, or leave it out.")
    return raw
