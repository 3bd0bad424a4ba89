"""Recipe: all it takes to repeat a run, small enough to travel inside the PNG it made."""

from __future__ import annotations

import base64
import binascii
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
import torch

from engines.component import Options, validated
from engines.errors import BadRecipe
from engines.tasks.base import Start, task

VERSION = 1  # raised when an older program would misunderstand a recipe
PROGRAM = "diffusion-workbench"
MAX_BYTES = 256 * 2**20
MAIN = Path(__file__).resolve().parents[1] / "main.py"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A task, its options and everything they refer to.

    Args:
        task: name of the task.
        options: as JSON-able values; `parsed` validates them.
        files: attachments by the name that the options use (an input image, a mask).
        start: the state to start from, for a branch; None starts at noise.
        backend: what bit-identity depends on, see `backend`.
        version, program: of the writer.
        fingerprints: SHA-256 of the file behind each model that the options name, by that name;
            empty in recipes that have not run, or were written before there were any.
    """

    task: str
    options: dict[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    start: Start | None = None
    backend: Mapping[str, str] = field(default_factory=dict[str, str])
    version: int = VERSION
    program: str = PROGRAM
    fingerprints: Mapping[str, str] = field(default_factory=dict[str, str])

    def parsed(self) -> Options:
        """The validated options; raises BadInput for an unknown task or an option out of range."""
        return validated(task(self.task).Form, self.options)

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """A copy with some options replaced."""
        return replace(self, options={**self.options, **options})

    def to_json(self) -> str:
        """One JSON object; attachments and the start state as base64."""
        start = self.start and {"index": self.start.index, "shape": list(self.start.x.shape),
                                "x": _encoded(np.ascontiguousarray(self.start.x, dtype="<f4").tobytes())}
        return json.dumps({
            "program": self.program, "version": self.version, "task": self.task, "options": self.options,
            "files": {name: _encoded(data) for name, data in self.files.items()}, "start": start,
            "backend": dict(self.backend), "fingerprints": dict(self.fingerprints)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, name: str = "") -> Recipe:
        """Read a recipe back; raises BadRecipe for a newer version and for anything malformed.

        Args:
            name: of the file it comes from, for sentences.
        """
        this = f"“{name}”" if name else ""
        # a text chunk of a picture may be of any size, and JSON takes several times that in memory
        if len(text) > MAX_BYTES:
            raise BadRecipe(f"{this or 'The recipe'} has {len(text) / 2**20:.0f} MB; at most "
                            f"{MAX_BYTES // 2**20} MB can be read.")
        try:
            values = json.loads(text)
            found = int(values["version"])
            known = values["program"] == PROGRAM
        except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
            raise BadRecipe(f"{this or 'This'} is not a recipe of Diffusion Workbench; choose a file that it "
                            "exported.") from error
        # the program before the version: another program counts differently
        if not known:
            raise BadRecipe(f"{this or 'This'} is a recipe of “{values['program']}”, not of Diffusion Workbench; "
                            "choose another.")
        if found > VERSION:
            raise BadRecipe(f"{this or 'The recipe'} has version {found} and this program reads up to {VERSION}; "
                            "update it.")
        return _read(values, found, this or "The recipe")


def backend(device: str, compute: str = "eager") -> dict[str, str]:
    """What the bits of a result depend on beside the recipe.

    Args:
        device: kind of device ("cpu").
        compute: "eager", or the name of the compiled backend.
    """
    return {"device": device, "compute": compute, "torch": torch.__version__, "threads": str(torch.get_num_threads()),
            "cpu": torch.backends.cpu.get_cpu_capability(), "machine": platform.machine(),
            "program": program_version()}


def program_version() -> str:
    """The installed version, or "source" when run without installing."""
    try:
        return version(PROGRAM)
    except PackageNotFoundError:
        return "source"


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
    values = recipe.parsed().model_dump(mode="json")
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
    lines = [f"task = {_toml(recipe.task)}", "", "[options]"]
    tables = list[str]()
    for name, value in recipe.parsed().model_dump(mode="json").items():
        if isinstance(value, dict):
            pairs = cast(dict[str, Any], value).items()
            tables += ["", f"[options.{name}]", *(f"{k} = {_toml(v)}" for k, v in pairs)]
        elif value is not None:
            lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines + tables) + "\n"


def load_preset(text: str, name: str = "") -> Recipe:
    """Read a preset or a recipe in TOML back, from a file of that name; raises BadRecipe."""
    try:
        values = tomllib.loads(text)
        recipe = Recipe(str(values["task"]), dict(values["options"]))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadRecipe(f"{f'“{name}”' if name else 'The preset'} cannot be read ({error}); save it again from a "
                        "form.") from error
    recipe.parsed()
    return recipe


def _read(values: dict[str, Any], found: int, this: str) -> Recipe:
    """A recipe from parsed JSON, called `this`; raises BadRecipe where a part is missing or not what it should be."""
    try:
        files = {str(k): base64.b64decode(v, validate=True) for k, v in dict(values.get("files") or {}).items()}
        backend, prints = _texts(values.get("backend")), _texts(values.get("fingerprints"))
        name, options = values["task"], values["options"]
        if not isinstance(name, str) or not isinstance(options, dict):
            raise TypeError("no task or options")
        return Recipe(name, cast(dict[str, Any], options), files, _start(values.get("start")), backend, found,
                      fingerprints=prints)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, binascii.Error) as error:
        raise BadRecipe(f"{this} is damaged ({error}); export the result again.") from error


def _texts(values: Any) -> dict[str, str]:
    """A table of texts; one that an older program did not write is empty."""
    return {str(k): str(v) for k, v in dict(values or {}).items()}


def _start(values: dict[str, Any] | None) -> Start | None:
    if values is None:
        return None
    x = np.frombuffer(base64.b64decode(values["x"], validate=True), "<f4").reshape(values["shape"])
    return Start(int(values["index"]), x.astype(np.float32))


def _interpreter() -> str:
    """The Python that runs this program, with a console: a window on Windows may have one without."""
    python = Path(sys.executable)
    spoken = python.with_name("python.exe")
    return str(spoken if python.name.lower() == "pythonw.exe" and spoken.exists() else python)


def _joined(words: list[str]) -> str:
    """One line, quoted as the system's shell wants it."""
    return " ".join(map(windows_word, words)) if os.name == "nt" else shlex.join(words)


def windows_word(word: str) -> str:
    """A word as the command prompt of Windows takes it: `&` and its like mean nothing only within quotes."""
    if re.fullmatch(r"[\w:.,/\\@+=-]+", word):
        return word
    return f'"{subprocess.list2cmdline([" " + word])[2:]}'  # the space makes it quote, and double a last backslash


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


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
    return [flag, str(value)]


def _toml(value: Any) -> str:
    """A plain value in TOML; JSON's notation of these is TOML's, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
