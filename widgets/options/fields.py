"""Plain descriptions of options, from which a form is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from widgets.drawing.tips import wrapped
from widgets.formulas.formula import spoken


class Kind(StrEnum):
    """What an option holds, which decides its editor."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    CHOICE = "choice"
    COMPONENT = "component"
    INTS = "ints"
    MODEL = "model"
    CLASS = "class"
    SEED = "seed"
    IMAGE = "image"
    MASK = "mask"
    KERNEL = "kernel"
    PAINT = "paint"
    FOLDER = "folder"
    POINTS = "points"
    NAMES = "names"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One option of a form.

    `choices` are (value, title) pairs. A component's choices have options of their
    own in `fields_by_choice`. `widget` is a hint: "slider" or "log-slider" for a
    number with both bounds. `symbol` is LaTeX, as in the formula. `decides` names
    the number of samples that a list of numbers has as many of, where it is not empty. `zero` says
    what 0 means where it is no amount. `unlisted` are values that can be shown and are not offered, with their titles.
    `apart` are those above which a line stands in the list.
    """

    name: str
    title: str
    kind: Kind | str = Kind.TEXT
    default: object = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    help: str = ""
    symbol: str = ""
    group: str = ""
    advanced: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    fields_by_choice: Mapping[str, tuple[FieldSpec, ...]] = field(default_factory=lambda: MappingProxyType({}))
    widget: str = ""
    decides: str = ""
    zero: str = ""
    unlisted: tuple[tuple[str, str], ...] = ()
    apart: frozenset[str] = frozenset()


def number_text(value: float) -> str:
    """A number as people write it: no trailing zeros, six figures at most."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.6g}"


def range_text(spec: FieldSpec) -> str:
    """The allowed range in words, "1 to 1,000 px", empty when there is none."""
    unit = f" {spec.unit}" if spec.unit else ""
    if spec.minimum is not None and spec.maximum is not None:
        return f"{_bound(spec.minimum)} to {_bound(spec.maximum)}{unit}"
    if spec.minimum is not None:
        return f"{_bound(spec.minimum)}{unit} or more"
    return f"{_bound(spec.maximum)}{unit} or less" if spec.maximum is not None else ""


def _bound(value: float) -> str:
    """A number within a sentence, its thousands apart; a field has none of these commas."""
    return f"{int(value):,}" if float(value).is_integer() and abs(value) < 1e15 else number_text(value)


def tooltip(spec: FieldSpec) -> str:
    """Help, range and symbol of an option, one a line."""
    limits = range_text(spec)
    symbol = f"{plain_symbol(spec.symbol)} in the formula" if spec.symbol else ""
    return wrapped("\n".join(line for line in (spec.help, limits, symbol) if line))


def plain_symbol(latex: str) -> str:
    """A short LaTeX symbol in plain letters: r"\\sigma_t^2" -> "σ_t²"."""
    return spoken(latex).replace("^2", "²")


def groups(specs: Iterable[FieldSpec]) -> list[tuple[str, list[FieldSpec]]]:
    """Options by group, groups and options in order of first appearance."""
    found: dict[str, list[FieldSpec]] = {}
    for spec in specs:
        found.setdefault(spec.group, []).append(spec)
    return list(found.items())
