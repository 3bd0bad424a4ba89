"""Model list: the models there are, and the one that a name, a file or a fingerprint means."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engines.errors import BadCheckpoint
from engines.model_file import ModelFile, Part, check_part, fingerprint, read_header
from engines.model_names import ambiguous, fitting, named_apart

BUNDLED = Path(__file__).resolve().parents[1] / "resources" / "models"


def find_models(folders: Iterable[Path], part: Part = Part.DENOISER) -> list[ModelFile]:
    """All usable models in these folders, one level of sub-folders, and the bundled ones; unusable files are left out.

    part: which kind of them. Only headers are read. The bundled come first, then the others by name. Each has its
    `choice`.
    """
    found = list[ModelFile]()
    for folder in (BUNDLED, *folders):
        files = sorted(_inside(folder))
        # a file that two folders lead to counts once
        found += [model for model in map(_readable, files)
                  if model and model.spec.part is part and all(m.file != model.file for m in found)]
    return named_apart(found, BUNDLED)


def _inside(folder: Path) -> set[Path]:
    """Model files of a folder and its sub-folders; one that goes away meanwhile takes its files with it."""
    found = set[Path]()
    for place in (folder, *_listed(folder, "*/")):
        found.update(_listed(place, "*.safetensors"))
    return found


def _listed(folder: Path, pattern: str) -> list[Path]:
    try:
        return list(folder.glob(pattern))
    except OSError:
        return []


def _readable(path: Path) -> ModelFile | None:
    try:
        return read_header(path)
    except BadCheckpoint:
        return None


def resolve_model(name_or_file: str, folders: Iterable[Path], sha256: str = "") -> Path:
    """The file of a model, see `known_model`."""
    return known_model(name_or_file, folders, sha256).file


def known_model(name_or_file: str, folders: Iterable[Path], sha256: str = "",
                part: Part = Part.DENOISER) -> ModelFile:
    """What a model is, given as a file, as a folder that holds one, as a name or as “run/name”; reads no weights.

    Args:
        sha256: fingerprint of the file that is wanted. It decides between several of the name, and
            finds a model of any name, one that was renamed or moved.
        part: what it has to be for.

    Raises:
        BadCheckpoint: nothing fits (with the known names), or several do (with a way to choose each), or what fits is
            for something else.
            A bundled model's name always means the bundled one.
    """
    places = tuple(folders)
    known = find_models(places, part)
    fits = _named(name_or_file, known)
    # the bytes before the name: a repeat wants the very model, also after it was renamed or another took its name
    if sha256:
        same = _first_same(fits, sha256) or _first_same(known, sha256)
        fits = [same] if same else fits
    if not fits:
        for other in (kind for kind in Part if kind is not part):
            for model in fitting(name_or_file, find_models(places, other)):
                check_part(model.spec, name_or_file, part)
        raise BadCheckpoint(_unknown(name_or_file, known, sha256))
    if len(fits) > 1:
        raise BadCheckpoint(ambiguous(name_or_file, fits))
    check_part(fits[0].spec, name_or_file, part)  # a file or a folder that was named may hold anything
    return fits[0]


def _named(name_or_file: str, known: list[ModelFile]) -> list[ModelFile]:
    """The file itself, or every model of that name or in that folder; raises BadCheckpoint for a file of another kind.

    Names come before folders: one called “digits” in the current folder does not hide the model.
    """
    direct = Path(name_or_file).expanduser()
    if direct.suffix and direct.is_file():
        return [read_header(direct)]
    found = fitting(name_or_file, known)
    if found:
        return found
    if direct.is_file():
        return [read_header(direct)]
    inside = sorted(direct.glob("*.safetensors")) if direct.is_dir() else []
    return [model for model in map(_readable, inside) if model]


def _first_same(models: list[ModelFile], sha256: str) -> ModelFile | None:
    return next((model for model in models if fingerprint(model.file) == sha256), None)


def _unknown(name_or_file: str, known: list[ModelFile], sha256: str) -> str:
    """The sentence for a model that is not here; `sha256` is known when it once was."""
    names = ", ".join(m.choice for m in known) or "none; train one first"
    if sha256:
        return (f"Model “{name_or_file}” with fingerprint {sha256[:8]} is not here any more; "
                f"put its file back or choose one of: {names}.")
    return f"Model “{name_or_file}” is no model file, no folder that holds one and no known name; known are: {names}."
