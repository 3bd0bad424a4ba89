"""What the page on the architecture says of all samplers is so."""

from __future__ import annotations

from pathlib import Path

from engines.samplers.base import OneStep, samplers
from engines.samplers.stepper import Stepper

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


def test_a_sampler_is_a_gaussian_move_or_a_formula_in_splits_and_the_page_names_the_first_kind() -> None:
    one = [kind.title for kind in samplers().values() if issubclass(kind, OneStep)]
    assert all(issubclass(kind, OneStep) is not issubclass(kind, Stepper) for kind in samplers().values())
    told = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"(`OneStep`: {', '.join(one)})" in told
    assert "(`Stepper`: all others)" in told
