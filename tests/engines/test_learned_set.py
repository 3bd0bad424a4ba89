"""Which point set a model learned, by its file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engines.data.points.curve import Moons
from engines.data.points.learned import learned_set
from engines.model_file import read_header
from engines.model_list import BUNDLED

MODEL = read_header(BUNDLED / "points-moons.safetensors")


def test_a_model_of_a_set_knows_it_with_its_options() -> None:
    assert learned_set(MODEL) == Moons(noise=0.08)


@pytest.mark.parametrize("options", [{"data": {"name": "moons"}, "file": "mine.csv"}, {"data": {"name": "own"}},
                                     {"data": {"name": "nosuch"}}, {"data": 3}, {}])
def test_one_of_a_table_or_of_nothing_known_has_none(options: dict[str, Any]) -> None:
    assert learned_set(replace(MODEL, extra={"recipe": json.dumps({"options": options})})) is None


@pytest.mark.parametrize("extra", [{}, {"recipe": "damaged"}, {"recipe": "[]"}])
def test_a_file_that_does_not_say_has_none(extra: dict[str, str]) -> None:
    assert learned_set(replace(MODEL, extra=extra)) is None
