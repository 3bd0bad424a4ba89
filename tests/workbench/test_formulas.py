"""Every formula that the window shows, typeset as it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer

from engines.catalogue import catalogue
from engines.guidance.cfg import ClassifierFree
from engines.representation.em import EM
from widgets.drawing.theme import DARK
from widgets.formulas.formula import svg
from widgets.formulas.typeset import SMALLEST

TALLEST, ROOM = 75, 300  # px: of a fraction with roots in it, and what the panel is wide


def formulas() -> Iterator[tuple[str, str]]:
    """(whose, LaTeX) of all components that have some."""
    kinds = [kind for shelf in catalogue() for kind in shelf.kinds.values()]
    for kind in (*kinds, ClassifierFree, EM):
        yield from ((kind.__name__, formula) for formula in getattr(kind, "formula", ()))


@pytest.mark.parametrize(("whose", "formula"), dict.fromkeys(formulas()))
def test_a_formula_is_as_large_as_the_panel_has_room_for(whose: str, formula: str) -> None:
    """What the typesetter gets wrong it sets without an error."""
    text = svg(formula, DARK).decode()
    width, height = (float(found.group(1)) for name in ("width", "height")
                     if (found := re.search(rf'\b{name}="([\d.]+)', text)))
    assert 10 < height < TALLEST, whose
    assert width * SMALLEST < ROOM, f"{whose} is cut"


def size(formula: str) -> tuple[float, float]:
    """Width and height of what is drawn of a formula, in px."""
    drawn = QSvgRenderer(QByteArray(svg(formula, DARK))).defaultSize()
    return drawn.width(), drawn.height()


@pytest.mark.parametrize("formula", [r"\left(\sum_k a_k\right)", r"\left\|\sum_{k} a\right\|^2",
                                     r"\left(\frac{1}{2} + \left(\sum_{k} a_k\right)\right)", r"\sqrt{\sum_k a_k}"])
def test_a_bracket_is_as_high_as_the_sum_in_it(formula: str) -> None:
    """The typesetter alone makes it two thousand pixels high."""
    assert size(r"\sum_k a_k")[1] <= size(formula)[1] < TALLEST


def test_the_limits_of_a_sum_stand_under_it_within_brackets_too() -> None:
    wider = size(r"\left(\sum_{kkk} a\right)")[0] - size(r"\left(\sum a\right)")[0]
    assert wider < size("kkk")[0] / 3


@pytest.mark.parametrize("letter", [r"\psi", r"\epsilon", r"\phi", "x", "r"])
def test_a_hat_takes_no_room_beside_its_letter(letter: str) -> None:
    assert size(rf"\hat {letter} a")[0] <= size(f"{letter} a")[0] + 1


def test_a_sign_and_a_derivative_stand_near_what_they_belong_to() -> None:
    assert size("a = -b")[0] - size("a = b")[0] < size("a - b")[0] - size("a b")[0]
    assert size(r"\nabla_x")[0] <= size(r"\mathrm{x}")[0] + size(r"\nabla")[0] - 2
