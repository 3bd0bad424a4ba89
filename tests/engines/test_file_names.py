"""Names of files on every system."""

from __future__ import annotations

import pytest

from engines.component import validated
from engines.file_names import portable
from engines.training.options import TrainOptions


@pytest.mark.parametrize(("name", "expected"), [
    ("Große Katze 1", "Große Katze 1"), ("猫 2", "猫 2"), ("a.b-c_d", "a.b-c_d"), ("a: b?", "a_ b_"),
    ("a/b\\c", "a_b_c"),
    ("end.", "end"), (" end ", "end"), ("con", "_con"), ("Nul.txt", "_Nul.txt"), ("com10", "com10"),
    ("...", "_"), ("", "_"),
])
def test_a_name_is_kept_or_made_one_that_every_system_takes(name: str, expected: str) -> None:
    assert portable(name) == expected
    assert portable(expected) == expected


@pytest.mark.parametrize("name", ["Große Katze 1", "猫 2", "a.b"])
def test_a_model_may_have_spaces_and_letters_of_any_script(name: str) -> None:
    assert validated(TrainOptions, {"name": name}).name == name
