"""Every formula that the window shows, typeset as it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

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
    """A bracket around a sum becomes two thousand pixels high, without an error."""
    text = svg(formula, DARK).decode()
    width, height = (float(found.group(1)) for name in ("width", "height")
                     if (found := re.search(rf'\b{name}="([\d.]+)', text)))
    assert 10 < height < TALLEST, whose
    assert width * SMALLEST < ROOM, f"{whose} is cut"
