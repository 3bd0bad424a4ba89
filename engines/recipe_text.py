"""A recipe as people write it: a line for a shell, and a preset in TOML."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from engines.component import Options, as_recorded
from engines.errors import BadRecipe
from engines.recipe import Recipe
from engines.tasks.base import options_of, task

MAIN = Path(__file__).resolve().parents[1] / "main.py"


def command_line(recipe: Recipe, files: Mapping[str, str] | None = None, recipe_file: str = "", home: str = "") -> str:
    """The line that a shell runs, from any folder, to repeat a recipe ("Copy as command").

    Args:
        recipe: options at their defaults are left out; device and threads are named when it records them.
        files: the paths under which the caller has stored the attachments, by attachment name.
        recipe_file: where the caller has stored the recipe's JSON; needed when it has a
            start state (a branch), which no option can hold.
        home: the data folder to use, "" for the one a fresh shell has.
    """
    form = task(recipe.task).Form
    words = [_interpreter(), str(MAIN), recipe.task, *(("--home", home) if home else ())]
    if recipe_file:
        return _joined([*words, "--recipe", recipe_file])
    paths = dict(files or {})
    values = options_of(recipe).model_dump(mode="json")
    # an option that another supersedes would contradict it on the command line
    unused = {other for name, others in form.supersedes.items() if values[name] for other in others}
    for name, value in values.items():
        if name in unused:
            continue
        stored = paths.get(value) if isinstance(value, str) else None
        if stored is not None or value != _default(form, name):
            words += _flags(name, stored or value)
    # sums of floats depend on both in the last bit
    for name in ("device", "threads"):
        words += [f"--{name}", recipe.backend[name]] if recipe.backend.get(name) else []
    return _joined(words)


def dump_preset(recipe: Recipe) -> str:
    """A preset: task and options, no attachments, as TOML."""
    values = options_of(recipe).model_dump(mode="json")
    return "\n".join([f"task = {_toml(recipe.task)}", *_table("options", values)]) + "\n"


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    """The lines of a TOML table: its plain values, then a table for each algorithm, which may name one of its own."""
    lines, tables = ["", f"[{name}]"], list[str]()
    for key, value in values.items():
        if isinstance(value, dict):
            tables += _table(f"{name}.{key}", cast(dict[str, Any], value))
        elif value is not None:
            lines.append(f"{key} = {_toml(value)}")
    return lines + tables


def load_preset(text: str, name: str = "") -> Recipe:
    """Read a preset or a recipe in TOML back, from a file of that name; raises BadRecipe."""
    try:
        values = tomllib.loads(text)
        called, options = str(values["task"]), dict(values["options"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadRecipe(f"{f'“{name}”' if name else 'The preset'} cannot be read ({error}); save it again from a "
                        "form.") from error
    recipe = Recipe(called, as_recorded(task(called).Form, options, saved=True))
    options_of(recipe)
    return recipe


def _joined(words: list[str]) -> str:
    """One line, quoted as the system's shell wants it."""
    return " ".join(map(windows_word, words)) if os.name == "nt" else shlex.join(words)


def windows_word(word: str) -> str:
    """A word as the command prompt of Windows takes it: `&` and its like mean nothing only within quotes."""
    if re.fullmatch(r"[\w:.,/\\@+=-]+", word):
        return word
    return f'"{subprocess.list2cmdline([" " + word])[2:]}'  # the space makes it quote, and double a last backslash


def _interpreter() -> str:
    """The Python that runs this program, with a console: a window on Windows may have one without."""
    python = Path(sys.executable)
    spoken = python.with_name("python.exe")
    return str(spoken if python.name.lower() == "pythonw.exe" and spoken.exists() else python)


def _default(form: type[Options], name: str) -> Any:
    """The default of an option as JSON."""
    # through JSON as the recipe's values went, or a tuple would never equal its list
    value = form.model_fields[name].get_default(call_default_factory=True)
    if isinstance(value, Options):
        return value.model_dump(mode="json")
    return json.loads(json.dumps(value))


def _flags(name: str, value: Any) -> list[str]:
    """Command-line words of one option; a component gives one word for itself and one pair for each option."""
    flag = "--" + name.replace("_", "-")
    if isinstance(value, dict):
        inner = dict(cast(dict[str, Any], value))
        words = [flag, str(inner.pop("name"))]
        return words + [w for k, v in inner.items() for w in _flags(f"{name}.{k}", v)]
    if isinstance(value, bool):
        return [flag if value else f"--no-{flag[2:]}"]
    if isinstance(value, list):
        return [flag, ",".join(str(v) for v in cast(list[Any], value))]
    # joined where it would pass for a flag itself
    return [f"{flag}={value}"] if str(value).startswith("-") else [flag, str(value)]


def _toml(value: Any) -> str:
    """A plain value in TOML; JSON's notation of these is TOML's, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
