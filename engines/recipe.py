"""Recipe: all it takes to repeat a run, small enough to travel inside the PNG it made."""

from __future__ import annotations

import base64
import binascii
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Self, cast

import numpy as np
import torch

from engines.context import Start
from engines.errors import BadRecipe
from engines.files import MAX_BYTES

VERSION = 1  # raised when an older program would misunderstand a recipe
PROGRAM = "diffusion-workbench"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A task, its options and everything they refer to.

    Args:
        task: name of the task.
        options: as JSON-able values; `engines.tasks.base.options_of` validates them.
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

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """A copy with some options replaced."""
        return replace(self, options={**self.options, **options})

    def computed_by(self, compute: str) -> Self:
        """A copy whose network was evaluated in another way, see `backend`."""
        return replace(self, backend={**self.backend, "compute": compute})

    def to_json(self) -> str:
        """One JSON object; attachments and the start state as base64."""
        start = self.start and {"index": self.start.index, "shape": list(self.start.x.shape),
                                "x": _state(self.start.x), "past": [_state(x) for x in self.start.past]}
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
    x, *past = (np.frombuffer(base64.b64decode(state, validate=True), "<f4").reshape(values["shape"]).astype(np.float32)
                for state in (values["x"], *values.get("past", ())))
    return Start(int(values["index"]), x, tuple(past))


def _state(x: np.ndarray) -> str:
    return _encoded(np.ascontiguousarray(x, dtype="<f4").tobytes())


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
