"""Names of models: each has one that means it alone, also where two were given the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engines.model_file import ModelFile

SHOWN = 4


def named_apart(found: Sequence[ModelFile], bundled: Path) -> list[ModelFile]:
    """The models with their `choice`: the name, else “run/name”, else the file, whichever first means one alone.

    The models of the folder `bundled` keep their plain names whatever else is called
    so: the defaults and the bundled recipes mean them.
    """
    names = Counter(m.name for m in found)
    # counted without the bundled, whose plain names are theirs
    longer = Counter(_in_folder(m) for m in found if m.file.parent != bundled)

    def choice(model: ModelFile) -> str:
        if names[model.name] == 1 or model.file.parent == bundled:
            return model.name
        return _in_folder(model) if longer[_in_folder(model)] == 1 else str(model.file)

    return [replace(model, choice=choice(model)) for model in found]


def fitting(name: str, known: Sequence[ModelFile]) -> list[ModelFile]:
    """The models that a name may mean: the one it chooses, else all of that name or of that run's folder."""
    chosen = [m for m in known if m.choice == name]
    return chosen or [m for m in known if name in {m.name, _in_folder(m), m.file.parent.name}]


def spoken(name: str) -> str:
    """A model as a sentence calls it: “run/name” and a file by the name alone."""
    return Path(name).name.removesuffix(".safetensors") or name


def written_at(model: ModelFile) -> float:
    """When its file was written, in seconds of the system's clock; 0 where it is gone since it was found."""
    try:
        return model.file.stat().st_mtime
    except OSError:
        return 0.0


def ambiguous(name: str, fits: Sequence[ModelFile]) -> str:
    """The sentence for a name that means several models: how to name each, the newest first."""
    newest = sorted(fits, key=written_at, reverse=True)
    ways = ", ".join(f"“{m.choice or m.file}”" for m in newest[:SHOWN]) + (" …" if len(fits) > SHOWN else "")
    return f"“{name}” may mean {len(fits)} models; choose one of {ways} (the newest first), or give its file."


def _in_folder(model: ModelFile) -> str:
    """Its name behind its folder's, which is the run's id for a trained one."""
    return f"{model.file.parent.name}/{model.name}"
