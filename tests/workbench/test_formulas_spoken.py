"""Every formula of the engines has a text form without LaTeX: for screen readers, tooltips and copies."""

from __future__ import annotations

import pytest

from engines.formula import Formulated
from tests.engines.test_formula import every_formula
from widgets.formulas.formula import COMMAND, SIGNS, plain_latex

SPOKEN_AS_THEY_ARE = {"bar", "hat", "tilde"}  # accents, which follow their letter


@pytest.mark.parametrize("kind", every_formula(), ids=lambda kind: kind.__name__)
def test_every_sign_has_a_word(kind: type[Formulated]) -> None:
    commands = {command for line in kind.formula for command in COMMAND.findall(plain_latex(line))}
    assert commands <= {*SIGNS, *SPOKEN_AS_THEY_ARE}
