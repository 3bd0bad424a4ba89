"""The letters of the formulas: each is explained, and stands for one thing."""

from __future__ import annotations

import pytest

from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import methods
from engines.samplers.base import samplers
from engines.tasks.generate import SampleOptions
from engines.tasks.inpaint import InpaintOptions
from engines.tasks.noise import FORMULA
from widgets.option_fields import plain_symbol
from workbench.forms import specs
from workbench.letters import LETTERS, letters, tokens

SIGNS = {rf"\{name}" for name in ("Delta", "frac", "left", "leftarrow", "nabla", "odot", "partial", "right", "sqrt")}
SHOWN = {"guidance": ClassifierFree.formula, "noise": (FORMULA,),
         **{name: kind.formula for name, kind in {**samplers(), **methods()}.items()}}


@pytest.mark.parametrize("name", SHOWN)
def test_every_letter_that_the_panel_shows_is_explained(name: str) -> None:
    """All but the signs of arithmetic."""
    left = {token for token in tokens(SHOWN[name]) - SIGNS if not token.startswith((r"\term", r"\text"))}
    assert left <= LETTERS.keys()


def test_an_estimate_is_one_letter_and_its_index_another() -> None:
    """x̂_0 is no x; the time in an index is explained beside the letter that bears it."""
    assert [letter for letter, _ in letters([r"\term{prior}{\alpha_s \hat x_0}"])] == ["s", "x̂_0", "α"]
    assert letters([r"\Delta x = \frac{1}{2}"]) == (LETTERS["x"],)
    assert letters(()) == ()


def test_no_option_shares_the_letter_of_a_time() -> None:
    """The scale of guidance was an s as the next time is, in one formula."""
    for form in (SampleOptions, InpaintOptions):
        (guidance,) = [spec for spec in specs(form) if spec.name == "guidance"]
        assert plain_symbol(guidance.symbol) == "γ"
        assert LETTERS[guidance.symbol][1] == f"the option {guidance.title}"
