"""A folder in the format of diffusers into a folder of models, once: the same one again is the model that is there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.diffusers_folder.folder import converted
from engines.diffusers_folder.places import Places, places_of
from engines.errors import DiskFull
from engines.file_names import free_name, portable
from engines.model_file import fingerprint
from engines.model_list import find_models

SOURCE = "source"  # in the header of a model: the fingerprint of what it was converted from


@dataclass(frozen=True, slots=True)
class Taken:
    """A model that came from elsewhere.

    name: that means it in the list of models; title: of the folder; new: whether it was not there before; remarks: see
    `Converted`, () where it was.
    """

    name: str
    title: str
    new: bool
    remarks: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """All that a user is told of it, in a sentence or a few."""
        kept = "" if self.name == self.title else f" as “{self.name}”"
        first = f"Model “{self.title}” is in the model list now{kept}, converted from its folder."
        return " ".join((first, *self.remarks)) if self.new else f"Model “{self.title}” is in the model list{kept}."


def take_folder(folder: Path, models: Path, folders: Sequence[Path]) -> Taken:
    """Convert a folder into a file in `models`, unless one of `folders` has it already.

    A file of the same name there is another model and stays.

    Raises:
        BadCheckpoint: the folder cannot be used, see `converted`.
        DiskFull, NotWritable: there is no place for the model.
    """
    places = places_of(folder)
    source, known = source_of(places), find_models(folders)
    there = next((model for model in known if model.extra.get(SOURCE) == source), None)
    if there is not None:
        return Taken(there.choice or there.name, places.title, new=False)
    made = converted(folder)
    try:
        models.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskFull(f"Folder “{models.name}” of the models cannot be made ({error.strerror}); free some "
                       "space.") from error
    names = {model.name for model in known} | {file.stem for file in models.iterdir()}
    name = free_name(portable(places.title), names)
    made.save(models / f"{name}.safetensors", {SOURCE: source})
    return Taken(name, places.title, new=True, remarks=made.remarks)


def source_of(places: Places) -> str:
    """SHA-256 of all that a model is converted from, as hexadecimal digits; raises BadCheckpoint."""
    files = [places.weights, places.config, *([places.scheduler] if places.scheduler else [])]
    return hashlib.sha256(" ".join(map(fingerprint, files)).encode()).hexdigest()
