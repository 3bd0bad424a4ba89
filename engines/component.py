"""Components: the validated options of an algorithm together with the algorithm.

A path, sampler, guidance or inverse method is a frozen pydantic model whose
fields are its options. The form in the window, the flags of the command line
and the recipe file are derived from those fields, so nothing is declared twice.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from copy import copy
from functools import cache, partial
from typing import Any, ClassVar, Self, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    model_serializer,
)
from pydantic.fields import FieldInfo

from engines.errors import BadOption
from engines.formula import Formulated, Letter

# widgets of options that name a file which travels with the recipe
ATTACHED = frozenset({"image", "kernel", "mask", "paint", "points"})
OPTIONAL = frozenset({"paint"})  # those of them that a run takes where they are there, and needs not


def option(
    default: Any, *, title: str, help: str, unit: str = "", symbol: str = "", group: str = "", advanced: bool = False,
    widget: str = "", zero: str = "", ge: float | None = None, gt: float | None = None, le: float | None = None,
    lt: float | None = None, multiple_of: float | None = None, min_length: int | None = None,
    max_length: int | None = None, pattern: str | None = None,
) -> Any:
    """A pydantic field that carries what a form and a `--help` page need.

    Args:
        default: the value when the user says nothing.
        title: label in sentence case, e.g. "Steps".
        help: one sentence; becomes the tooltip and the command-line help.
        unit: shown behind the value ("px", "s").
        symbol: LaTeX symbol of the option in the formula (r"\\eta"), which the formula's legend explains by it.
        group: section heading of the form ("Sampler", "Samples").
        advanced: folded under "More".
        widget: hint for the form: "slider", "log-slider", "seed", "model", "image",
            "folder", "table" (a file of points), "teacher" (a model that a training learns from), "classifier" (one of
            noisy data), "samplers" (names with commas), "methods" (inverse methods likewise), "form" (a component whose
            options are those of the form itself), "class" or "" for the natural editor of the type.
        zero: what 0 means where it is no amount ("chosen by itself"); stands in place of the unit.
        ge, gt, le, lt, multiple_of: bounds of a number.
        min_length, max_length, pattern: bounds of a text or tuple.
    """
    hints: dict[str, Any] = {"unit": unit, "symbol": symbol, "group": group, "advanced": advanced, "widget": widget,
                             "zero": zero}
    return Field(default, title=title, description=help, json_schema_extra=hints, validate_default=True,
                 ge=ge, gt=gt, le=le, lt=lt, multiple_of=multiple_of, min_length=min_length,
                 max_length=max_length, pattern=pattern)


def inherited(form: type[BaseModel], name: str, default: Any) -> Any:
    """The field of a base's option with another default, for a subclass that differs in nothing else."""
    field = copy(form.model_fields[name])
    field.default = default
    return field


def hint(field: FieldInfo, name: str) -> Any:
    """What `option` stored with a field ("unit", "widget", "group", …), or ""."""
    extra = field.json_schema_extra
    return cast("dict[str, Any]", extra).get(name, "") if isinstance(extra, dict) else ""


def hinted(form: type[BaseModel], widget: str) -> tuple[str, ...]:
    """The options of a model that are edited with one widget ("image", "mask", "model"), by name."""
    return tuple(name for name, field in form.model_fields.items() if hint(field, "widget") == widget)


def kinds_of(field: FieldInfo) -> dict[str, type[Component]]:
    """The components that an option chooses from, by name; {} for a plain option."""
    return _listed(field, "kinds")


def unlisted_of(field: FieldInfo) -> dict[str, type[Component]]:
    """The components that an option takes by their names and does not offer; {} for most."""
    return _listed(field, "besides")


def _listed(field: FieldInfo, argument: str) -> dict[str, type[Component]]:
    """What the validator that builds a component has as this argument: SamplerChoice and its like carry their lists."""
    for rule in field.metadata:
        function = rule.func if isinstance(rule, BeforeValidator) else None
        if isinstance(function, partial) and argument in function.keywords:
            kinds: Callable[[], dict[str, type[Component]]] = function.keywords[argument]
            return kinds()
    return {}


def as_recorded(form: type[BaseModel], values: Mapping[str, Any], *, saved: bool = False) -> dict[str, Any]:
    """The options of a run as it computed with them, where its version did not know all of those there are now.

    Args:
        form, values: the options, and what is on record of them.
        saved: they are those of a preset or a session. Who wrote these by hand names a few options of a component, and
            means the defaults of now by all others; the program names every one that it knows.
    """
    whole = form.current(values) if issubclass(form, Options) else dict(values)
    for name, field in form.model_fields.items():
        value = whole.get(name)
        inner = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        kind = kinds_of(field).get(str(inner.get("name")))
        if kind is not None and not (saved and kind.model_fields.keys() - kind.earlier.keys() - inner.keys()):
            whole[name] = {**kind.earlier, **inner}
    return whole


class Options(BaseModel):
    """Base of every options model: frozen, and unknown names are refused."""

    # a mistyped option must be refused, not ignored: the run would silently be another one
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    # an option by name -> those it takes the place of once it is given
    supersedes: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @classmethod
    def current(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values as a run, preset or session of an earlier version named them, in the names of now."""
        return dict(values)


class Component(Formulated, Options):
    """An algorithm with its options; one subclass per file, found by `discover`.

    Subclasses set the class variables below and those of `Formulated`.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    short: ClassVar[str] = ""  # what it is called within a line, where the title says more or begins otherwise
    summary: ClassVar[str] = ""
    family: ClassVar[int] = 0  # those of one stand together in a list to choose from, which has a line between families
    # options that runs recorded before there were any, and what these runs did: not what is best by now
    earlier: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def word(cls) -> str:
        """What it is called within a line: "DDPM", where the title is "DDPM ancestral"."""
        return cls.short or cls.title

    @classmethod
    def listed(cls) -> str:
        """What it is called in a list to choose from."""
        return cls.title or cls.name

    @classmethod
    def own_letters(cls) -> tuple[Letter, ...]:
        """Those of `letters`, and the symbols of its options that are not among them."""
        told = super().own_letters()
        symbols = {str(hint(field, "symbol")): field.title for field in cls.model_fields.values()}
        options = (Letter(symbol, f"the option {title}") for symbol, title in symbols.items() if symbol)
        return (*told, *(option for option in options if option.latex not in {letter.latex for letter in told}))

    @model_serializer(mode="wrap")
    def _with_name(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Serialise as {"name": "ddim", "eta": 0.0} so that `build` can read it back."""
        return {"name": self.name, **handler(self)}

    def changed(self, **values: Any) -> Self:
        """A validated copy with some options replaced; raises BadOption."""
        return build(type(self), {**self.model_dump(), **values})


C = TypeVar("C", bound=Component)
M = TypeVar("M", bound=Options)


@cache
def discover(package: str, base: type[C]) -> dict[str, type[C]]:
    """All components of a package: name -> class, in order of their names.

    Every module of the package is imported; each subclass of `base` with a
    non-empty `name` counts. A new file is enough to add one. The answer is kept
    for the life of the process: `discover.cache_clear()` forgets it.
    """
    root = importlib.import_module(package)
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(root.__path__, package + ".")]
    # only classes defined in the module itself: an import of a sampler must not list it twice
    found = {
        c.name: c
        for module in modules
        for c in vars(module).values()
        if isinstance(c, type) and issubclass(c, base) and c.name and c.__module__ == module.__name__
    }
    return dict(sorted(found.items()))


def build(base: type[C], spec: object, kinds: Callable[[], dict[str, type[C]]] | None = None, option: str = "") -> C:
    """Make a component from itself, its name, or {"name": …, option: value}.

    option: the one that holds it, for the sentence. Raises BadOption naming the unknown component or the option
    out of range.
    """
    if isinstance(spec, base):
        return spec
    if not isinstance(spec, str | dict):
        raise BadOption(f"“{spec}” names no {base.__name__.lower()}; give its name or a table with a name.")
    values: dict[str, Any] = {"name": spec} if isinstance(spec, str) else dict(cast("dict[str, Any]", spec))
    name = str(values.pop("name", base.name))
    known = kinds() if kinds else {base.name: base}
    if name not in known:
        this = f"Option {option} cannot be {said(name)}:" if option else f"“{name}” is not known here;"
        raise BadOption(f"{this} choose one of {', '.join(known)}.")
    return validated(known[name], values, option)


def chosen(spec: object, info: ValidationInfo, *, base: type[C], kinds: Callable[[], dict[str, type[C]]],
           besides: Callable[[], dict[str, type[C]]] | None = None) -> C:
    """`build` as the validator of a field, which its sentences name: `BeforeValidator(partial(chosen, base=…, …))`.

    besides: more that can be named, but is neither offered nor listed.
    """
    named = cast("dict[str, object]", spec).get("name") if isinstance(spec, dict) else spec
    hidden = besides is not None and isinstance(named, str) and named in besides()
    return build(base, cast(object, spec), besides if hidden else kinds, info.field_name or "")


def validated(model: type[M], values: dict[str, Any], within: str = "") -> M:
    """Validate values into an options model; raises BadOption with one sentence.

    within: the option that holds this model, "" for one that stands alone.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise BadOption(sentence(error, within)) from error


def sentence(error: ValidationError, within: str = "") -> str:
    """The first problem of a validation error as one sentence with value and remedy; `within` as in `validated`."""
    first = error.errors()[0]
    kind, value = first["type"], said(first["input"])
    # dashes as the command line writes them, which nobody takes amiss elsewhere
    names = [part.replace("_", "-") for part in (within, *first["loc"]) if part and isinstance(part, str)]
    name = ".".join(names) or "options"
    if kind == "missing":
        return f"Option {name} is missing; give it a value."
    if kind == "extra_forbidden":
        return f"Option {name} = {value} does not belong to this choice; leave it out."
    places = [part + 1 for part in first["loc"] if isinstance(part, int)]
    holder = f"Value {places[-1]} of option" if places else "Option"
    remedy = REMEDIES.get(kind, "").format(**first.get("ctx") or {}).replace("'", "")
    if str(first["input"]).lower() in {"nan", "inf", "-inf"} and kind not in WORDED:
        # NaN fails every comparison, so the bound that pydantic names would be no help
        remedy = "give a number that is finite"
    message = first["msg"].removeprefix("Value error, ").rstrip(".")
    if not names:  # no option alone is at fault, and the sentence would show all of them
        return f"{message[:1].upper()}{message[1:]}."
    return f"{holder} {name} cannot be {value}: {remedy or message[:1].lower() + message[1:]}."


def said(value: object) -> str:
    """A value within a sentence: a text in quotes, nothing as “empty”."""
    if value in ("", (), []):
        return "empty"
    return f"“{value}”" if isinstance(value, str) else str(value)


WORDED = frozenset({"enum", "string_type", "string_too_short", "string_too_long", "string_pattern_mismatch"})
# by pydantic's name of the error; one that is not here is told in pydantic's own words
REMEDIES = {
    "greater_than_equal": "choose {ge:,.10g} or more",
    "greater_than": "choose more than {gt:,.10g}",
    "less_than_equal": "choose {le:,.10g} or less",
    "less_than": "choose less than {lt:,.10g}",
    "multiple_of": "choose a multiple of {multiple_of:.10g}",
    "int_parsing": "give a whole number",
    "int_type": "give a whole number",
    "int_from_float": "give a whole number",
    "float_parsing": "give a number",
    "float_type": "give a number",
    "bool_parsing": "give true or false",
    "too_short": "give at least {min_length:,}",
    "too_long": "give at most {max_length:,}",
    "string_too_short": "give {min_length} or more characters",
    "string_too_long": "give at most {max_length} characters",
    "string_pattern_mismatch": "use letters, digits, spaces, dots, dashes and underscores, and begin with a letter or "
                               "digit",
    "enum": "choose {expected}",
}
