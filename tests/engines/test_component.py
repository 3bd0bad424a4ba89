"""Components: discovery, building, recipes, and formulas that can be typeset."""

from __future__ import annotations

import re

import pytest

from engines.component import Component, Options, build, discover, inherited, option, sentence, validated
from engines.errors import BadOption
from engines.formula import Term
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import methods
from engines.operators.base import degradations
from engines.process.paths import PathChoice, paths
from engines.samplers.base import Sampler, SamplerChoice, samplers
from engines.samplers.ddim import DDIM

EVERY = {**paths(), **samplers(), **degradations(), **methods()}
LEFT = re.compile(r"\\left(?![a-z])")
TERM = re.compile(r"\\term\{(\w+)\}\{")


class _Form(Options):
    """A form with two components."""

    sampler: SamplerChoice = option(DDIM(), title="Sampler", help="How.")
    path: PathChoice = option("vp-cosine", title="Path", help="Along what.")
    steps: int = option(50, title="Steps", help="How many.", ge=1, le=1000)


def _terms(formula: str) -> list[tuple[str, str]]:
    """(name, body) of every term, nested ones included; fails where braces do not balance."""
    found = []
    for match in TERM.finditer(formula):
        depth, end = 1, match.end()
        while depth:
            assert end < len(formula), f"unbalanced: {formula}"
            depth += {"{": 1, "}": -1}.get(formula[end], 0)
            end += 1
        found.append((match[1], formula[match.end():end - 1]))
    return found


@pytest.mark.parametrize("kind", [*EVERY.values(), ClassifierFree], ids=lambda kind: kind.__name__)
def test_formulas_are_balanced_and_show_every_term(kind: type[Component] | type[ClassifierFree]) -> None:
    text = "".join(kind.formula)
    assert kind.formula
    assert all(f.count("{") == f.count("}") and len(LEFT.findall(f)) == f.count(r"\right") for f in kind.formula)
    assert text.count(r"\term") == len(_terms(text))
    assert {name for name, _ in _terms(text)} == {term.name for term in kind.terms}
    assert all(body.strip() for _, body in _terms(text))
    assert all(isinstance(term, Term) and term.title for term in kind.terms)


@pytest.mark.parametrize("kind", EVERY.values(), ids=lambda kind: kind.__name__)
def test_every_component_presents_itself(kind: type[Component]) -> None:
    assert kind.name
    assert kind.title
    assert kind.summary.endswith(".")
    for name, field in kind.model_fields.items():
        if not field.exclude:
            assert field.title, name
            assert field.description, name


@pytest.mark.parametrize("kind", [*paths().values(), *samplers().values(), *methods().values()],
                         ids=lambda kind: kind.__name__)
def test_recipes_read_back(kind: type[Component]) -> None:
    component = kind()
    assert component.model_dump()["name"] == kind.name
    assert build(kind, component.model_dump(mode="json")) == component


def test_a_component_is_built_from_itself_its_name_or_a_table() -> None:
    assert build(Sampler, "ddim", samplers) == DDIM()
    assert build(Sampler, {"name": "ddim", "eta": 0.5}, samplers) == DDIM(eta=0.5)
    assert build(Sampler, DDIM(eta=1.0), samplers) == DDIM(eta=1.0)
    assert DDIM().changed(eta=0.25).eta == 0.25


def test_a_form_takes_components_in_any_shape() -> None:
    form = validated(_Form, {"sampler": {"name": "ddim", "eta": 0.5}, "path": "vp-linear"})
    assert form.sampler == DDIM(eta=0.5)
    assert form.path.name == "vp-linear"
    assert validated(_Form, form.model_dump(mode="json")) == form
    assert _Form().path.name == "vp-cosine"


@pytest.mark.parametrize(("values", "words"), [
    ({"sampler": "dimm"}, ["sampler", "“dimm”", "ddim"]),
    ({"sampler": 3}, ["“3”", "sampler"]),
    ({"sampler": {"name": "ddim", "eta": 2}}, ["eta", "2", "choose 1 or less"]),
    ({"sampler": {"name": "ddim", "etta": 1}}, ["etta"]),
    ({"steps": 0}, ["steps", "0", "choose 1 or more"]),
    ({"steps": "many"}, ["steps", "“many”"]),
    ({"colour": 1}, ["colour"]),
    ({"sampler": {"name": "ddim", "eta": float("nan")}}, ["eta", "nan", "give a number that is finite"]),
    ({"sampler": {"name": "ddim", "eta": "inf"}}, ["eta", "inf", "give a number that is finite"]),
])
def test_wrong_options_become_one_sentence(values: dict[str, object], words: list[str]) -> None:
    with pytest.raises(BadOption) as error:
        validated(_Form, values)
    message = str(error.value)
    assert all(word in message for word in words)
    assert message.endswith(".")
    assert "\n" not in message


def test_hints_reach_the_schema() -> None:
    eta = DDIM.model_json_schema()["properties"]["eta"]
    assert (eta["title"], eta["symbol"], eta["widget"]) == ("Eta", r"\eta", "slider")
    assert (eta["minimum"], eta["maximum"]) == (0, 1)


def test_discovery_can_be_forgotten() -> None:
    before = samplers()
    discover.cache_clear()
    assert samplers() is not before
    assert list(samplers()) == list(before) == sorted(before)
    assert callable(sentence)


def test_an_inherited_option_differs_in_its_default_alone() -> None:
    """Bounds, hints and the base itself stay as they are."""
    class Base(Options):
        steps: int = option(10, title="Steps", help="How many.", ge=1, le=100, group="Training", advanced=True)

    class Quick(Base):
        steps: int = inherited(Base, "steps", 3)

    assert (Quick().steps, Base().steps) == (3, 10)
    assert Quick.model_fields["steps"].json_schema_extra == Base.model_fields["steps"].json_schema_extra
    with pytest.raises(BadOption, match="choose 100 or less"):
        validated(Quick, {"steps": 101})
