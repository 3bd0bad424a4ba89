"""The letters of the formulas: each is explained, and stands for one thing in the whole program."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import ClassVar

import pytest

import engines
from engines.component import Component, hint, option
from engines.formula import COMMON, Formulated, Letter, legend, tokens
from engines.guidance.cfg import SCALE, ClassifierFree
from engines.inverse.base import methods
from engines.process.paths import paths
from engines.process.prediction import predictions
from engines.process.times import grids
from engines.samplers.base import samplers
from engines.tasks.generate import SampleOptions
from engines.tasks.inpaint import InpaintOptions
from engines.training.objectives.base import objectives
from engines.training.objectives.weights import weights

SIGNS = {rf"\{name}" for name in ("Delta", "approx", "cdot", "cos", "exp", "frac", "le", "left", "int", "leftarrow",
                                  "log", "max", "min", "nabla", "ne", "odot", "partial", "pi", "quad", "right", "sin",
                                  "sqrt", "sum", "top")}


def _derived(kind: type[Formulated]) -> Iterator[type[Formulated]]:
    for child in kind.__subclasses__():
        yield child
        yield from _derived(child)


def every_formula() -> list[type[Formulated]]:
    """All that has a formula, in any file of the engines."""
    for module in pkgutil.walk_packages(engines.__path__, "engines."):
        importlib.import_module(module.name)
    found = {kind for kind in _derived(Formulated) if kind.formula and kind.__module__.startswith("engines.")}
    return sorted(found, key=lambda kind: kind.__name__)


def unexplained(kind: type[Formulated]) -> set[str]:
    """The letters of a formula that no legend explains: all but the signs of arithmetic."""
    known = {letter.latex for letter in legend(kind.formula, kind.own_letters())}
    left = tokens(kind.formula, known) - SIGNS - known
    return {token for token in left if not token.startswith((r"\term", r"\text"))}


@pytest.mark.parametrize("kind", every_formula(), ids=lambda kind: kind.__name__)
def test_every_letter_of_every_formula_is_explained(kind: type[Formulated]) -> None:
    assert not unexplained(kind)
    assert all(letter.meaning and not letter.meaning.endswith(".") for letter in kind.own_letters())


def test_no_letter_has_two_meanings() -> None:
    """An option with the sign of a time, as the scale of guidance once was, is one more meaning."""
    every = every_formula()
    assert {ClassifierFree, *samplers().values(), *methods().values(), *paths().values(),
            *predictions().values(), *grids().values(), *objectives().values(), *weights().values()} <= set(every)
    meanings = {letter.latex: letter.meaning for letter in COMMON}
    assert len(meanings) == len(COMMON)
    for kind in every:
        for letter in kind.own_letters():
            assert meanings.setdefault(letter.latex, letter.meaning) == letter.meaning, (kind, letter)


def test_an_estimate_is_one_letter_and_its_index_another() -> None:
    """x̂_0 is no x; the time in an index is explained beside the letter that bears it."""
    told = [letter.latex for letter in legend([r"\term{prior}{\alpha_s \hat x_0}"])]
    assert told == ["s", r"\hat x_0", r"\alpha"]
    assert legend([r"\Delta x = \frac{1}{2}"]) == (COMMON[0],)
    assert legend(()) == ()


class _Base(Component):
    letters: ClassVar[tuple[Letter, ...]] = (Letter("q", "what all of this kind have"),)


class _Kind(_Base):
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\kappa", "what this one has"),)

    rate: float = option(1.0, title="Rate", help="How fast.", symbol=r"\rho")
    bend: float = option(1.0, title="Bend", help="How far.", symbol=r"\kappa")
    plain: float = option(1.0, title="Plain", help="No letter.")


def test_a_component_explains_its_own_letters_those_of_its_kind_and_its_options() -> None:
    """What `letters` says of an option's symbol goes before its title."""
    told = {letter.latex: letter.meaning for letter in legend([r"x = q\rho + \kappa"], _Kind.own_letters())}
    assert told == {"x": COMMON[0].meaning, r"\kappa": "what this one has", "q": "what all of this kind have",
                    r"\rho": "the option Rate"}
    assert list(told)[0] == "x"


def test_the_scale_of_guidance_is_told_once() -> None:
    """The option has the letter of the formula, and the legend the title of the option."""
    for form in (SampleOptions, InpaintOptions):
        field = form.model_fields["guidance"]
        assert hint(field, "symbol") == SCALE.latex
        assert SCALE.meaning == f"the option {field.title}"
