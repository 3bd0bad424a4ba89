"""Recipes: JSON there and back, refusals, command lines that a shell runs, presets."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.context import Start
from engines.errors import BadInput, BadOption, BadRecipe
from engines.recipe import PROGRAM, VERSION, Recipe, backend
from engines.recipe_text import command_line, dump_preset, load_preset, windows_word
from engines.tasks.base import options_of, tasks

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


def test_a_recipe_survives_json_with_everything_in_it() -> None:
    x = np.random.default_rng(0).standard_normal((2, 1, 3, 3)).astype(np.float32)
    recipe = Recipe("inpaint", {"seed": 3, "sampler": {"name": "ddim", "eta": 0.1}}, {"image.png": bytes(range(256))},
                    Start(4, x), backend("cpu"))
    again = Recipe.from_json(recipe.to_json())
    assert (again.task, again.options, dict(again.files)) == (recipe.task, recipe.options, dict(recipe.files))
    assert again.backend == recipe.backend
    assert again.start is not None
    assert again.start.index == 4
    assert again.start.x.tobytes() == x.tobytes()


@settings(deadline=None)
@given(TEXT, st.dictionaries(TEXT, st.one_of(st.integers(), st.booleans(), TEXT, st.floats(allow_nan=False))),
       st.dictionaries(TEXT, st.binary(max_size=30)))
def test_any_names_and_values_survive(task: str, options: dict[str, Any], files: dict[str, bytes]) -> None:
    recipe = Recipe(task, options, files)
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_it_records_what_the_bits_depend_on() -> None:
    found = backend("cpu", "compiled")
    assert set(found) >= {"device", "compute", "torch", "threads", "cpu"}
    assert found["compute"] == "compiled"
    assert all(isinstance(v, str) and v for v in found.values())


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '"x"', "{}", '{"version": 1}', "[" * 100_000,
                                  '{"version": "one", "program": "diffusion-workbench"}',
                                  '{"version": 1e999, "program": "diffusion-workbench"}'])
def test_what_is_no_recipe_is_one_sentence(text: str) -> None:
    with pytest.raises(BadRecipe, match=r"^This is not a recipe of Diffusion Workbench; .*[.]$"):
        Recipe.from_json(text)


def test_a_newer_version_is_refused_by_name() -> None:
    values = {**json.loads(Recipe("generate", {}).to_json()), "version": VERSION + 6}
    with pytest.raises(BadRecipe, match=f"version {VERSION + 6} .* up to {VERSION}; update"):
        Recipe.from_json(json.dumps(values))


@pytest.mark.parametrize(("key", "value"), [
    ("task", None), ("options", 3), ("options", None), ("files", {"a": "not base64!"}), ("files", 7), ("backend", 7),
    ("start", {"index": 1}), ("start", {"index": 1, "shape": [2], "x": "AAAA"}), ("start", 5),
    ("start", {"index": "x", "shape": [1], "x": "AAAAAA=="}),
    ("start", {"index": float("inf"), "shape": [1], "x": "AAAAAA=="})])
def test_a_damaged_part_is_one_sentence(key: str, value: object) -> None:
    values = json.loads(Recipe("generate", {}).to_json()) | {key: value}
    with pytest.raises(BadRecipe, match="damaged"):
        Recipe.from_json(json.dumps(values))


def test_another_programs_recipe_is_named() -> None:
    with pytest.raises(BadRecipe, match="recipe of “other”"):
        Recipe.from_json(json.dumps({"program": "other", "version": 1}))
    assert json.loads(Recipe("generate", {}).to_json())["program"] == PROGRAM


def test_options_are_validated_when_they_are_used() -> None:
    with pytest.raises(BadOption, match="steps cannot be 0"):
        options_of(Recipe("generate", {"steps": 0}))
    with pytest.raises(BadOption, match="seed cannot be -1"):
        options_of(Recipe("generate", {"seed": -1}))
    with pytest.raises(BadInput, match="Task “paint” is not known"):
        options_of(Recipe("paint", {}))


def test_the_command_line_is_what_a_shell_splits() -> None:
    options = {"label": "3,7", "steps": 20, "seeds": [1, 2], "sampler": {"name": "ddim", "eta": 0.5},
               "model": "my model’s $HOME"}
    words = shlex.split(command_line(Recipe("generate", options)))
    assert words[words.index("generate") + 1:] == ["--model", "my model’s $HOME", "--sampler", "ddim", "--sampler.eta",
                                                   "0.5", "--steps", "20", "--label", "3,7", "--seeds", "1,2"]


def test_the_command_line_starts_this_program_as_the_recipe_ran() -> None:
    recipe = Recipe("generate", {}, start=Start(3, np.zeros((1, 1, 2, 2), np.float32)), backend=backend("cpu"))
    words = shlex.split(command_line(recipe))
    assert Path(words[0]).exists()
    assert Path(words[1]).is_file()
    assert words[words.index("--device") + 1] == "cpu"
    assert int(words[words.index("--threads") + 1]) > 0
    assert shlex.split(command_line(recipe, recipe_file="a b.json"))[2:] == ["generate", "--recipe", "a b.json"]
    words = shlex.split(command_line(recipe, recipe_file="r.json", home="my home"))
    assert words[2:] == ["generate", "--home", "my home", "--recipe", "r.json"]


@pytest.mark.parametrize(("word", "written"), [
    ("C:\\new\\python.exe", "C:\\new\\python.exe"), ("a b", '"a b"'), ("a&b", '"a&b"'), ("3,7", "3,7"), ("", '""'),
    ("C:\\my home\\", '"C:\\my home\\\\"'), ('say "x"', '"say \\"x\\""'), ("(x)\\", '"(x)\\\\"')])
def test_a_word_for_the_command_prompt_of_windows(word: str, written: str) -> None:
    """As its programs take it apart again: quotes where the prompt would see more than letters."""
    assert windows_word(word) == written


def test_a_window_without_a_console_names_the_python_that_has_one(tmp_path: Path,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "python.exe").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "pythonw.exe"))
    assert shlex.split(command_line(Recipe("generate", {})))[0] == str(tmp_path / "python.exe")


def test_the_command_line_names_the_files_of_attachments() -> None:
    words = shlex.split(command_line(Recipe("inpaint", {}), {"image.png": "/tmp/a b.png", "mask.png": "m.png"}))
    assert words[words.index("--image") + 1] == "/tmp/a b.png"
    assert words[words.index("--mask") + 1] == "m.png"


@pytest.mark.parametrize("name", sorted(tasks()))
def test_every_tasks_defaults_survive_a_preset(name: str) -> None:
    recipe = Recipe(name, {})
    again = load_preset(dump_preset(recipe))
    assert again.task == name
    assert options_of(again) == options_of(recipe)


def test_a_preset_keeps_what_was_chosen() -> None:
    recipe = Recipe("generate", {"label": "“3”\n\\ \x7f", "seeds": [5, 9], "sampler": {"name": "ddpm"}, "steps": 7})
    assert options_of(load_preset(dump_preset(recipe))) == options_of(recipe)


@pytest.mark.parametrize(("written", "own"), [
    ('begin = "-1.4, 0"\nend = "1, 1"', False), ('begin = "-1.4, 0"\nend = "1, 1"\nown = true', True),
    ('end = "172, 70"', True)])
def test_a_preset_of_before_means_its_places_as_it_did(written: str, own: bool) -> None:
    """It names all that there were; who writes one by hand names a few, and means those of now."""
    text = f'task = "interpolate-points"\n[options]\n[options.ends]\nname = "places"\n{written}\n'
    assert options_of(load_preset(text)).model_dump()["ends"]["own"] is own


@pytest.mark.parametrize("text", ["", "task = ", 'task = "generate"', 'task = "generate"\noptions = 3', "\x00"])
def test_a_bad_preset_is_one_sentence(text: str) -> None:
    with pytest.raises(BadRecipe, match=r"^The preset cannot be read .*[.]$"):
        load_preset(text)


def test_a_preset_out_of_range_is_refused() -> None:
    with pytest.raises(BadOption, match="steps cannot be 5000"):
        load_preset('task = "generate"\n[options]\nsteps = 5000\n')
