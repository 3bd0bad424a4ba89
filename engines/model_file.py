"""Model file: what a safetensors file of a model says of itself, read without its weights."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, cast

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)

from engines.component import Options, sentence
from engines.errors import BadCheckpoint, BadInput, WorkbenchError
from engines.learnt import Learnt, learnt_by
from engines.modality import Modality
from engines.networks.base import NetworkChoice
from engines.process.paths import PathChoice
from engines.process.prediction import Prediction, PredictionChoice
from engines.units import Units

FORMAT = "diffusion-workbench model"
VERSION = 1
PICKLES = frozenset({".pt", ".pth", ".pkl", ".ckpt", ".bin", ".pickle"})
# whatever a header that is not ours makes the parser or a look-up raise
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError)
UNNAMED = "unet"  # the network of a file that names none
MAX_HEADER = 16 * 2**20  # bytes; ours take a few kB, and the recipe inside may carry a start state


class Part(StrEnum):
    """What a model is for: it denoises, or it tells the class of noisy data."""

    DENOISER = "denoiser"
    CLASSIFIER = "classifier"


class ModelSpec(Options):
    """What a model is: all of it is stored in the header of its file.

    channels: of its images, or coordinates of its points; size: side of its square images in pixels; classes: names
    in order of their labels, () for a model without any; prediction, path: what the network outputs and on which
    process it was trained, without which its output means nothing; outputs: numbers that the network gives for each
    that it sees, see `Network.build`; data: where what it was trained on came from; units:
    of the user's own numbers that it was trained on, None where there are none; learnt: what its estimate of the data
    is, which in files of earlier versions their recipe tells; part: what it is for, all of the output being logits of
    the classes in a classifier.
    """

    modality: Modality = Modality.IMAGE
    title: str
    channels: int = Field(ge=1, le=4096)
    size: int = Field(default=1, ge=1, le=8192)
    classes: tuple[str, ...] = ()
    prediction: PredictionChoice
    path: PathChoice
    network: NetworkChoice
    outputs: int = Field(default=1, ge=1, le=2)
    licence: str = ""
    data: str = ""
    units: Units | None = None
    learnt: Learnt = Learnt.MEAN
    part: Part = Part.DENOISER

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one sample: (C, H, W) of an image, (d,) of a point."""
        return self.modality.shape(self.channels, self.size)

    @field_validator("network", mode="before")
    @classmethod
    def _named(cls, network: Any) -> Any:
        # files of earlier versions know one network only, and do not name it
        return {"name": UNNAMED, **cast(dict[str, Any], network)} if isinstance(network, dict) else network

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if self.network.modality is not self.modality:
            raise ValueError(f"network {self.network.name} is for {self.network.modality.noun}, not for "
                             f"{self.modality.noun}")
        if self.network.classifies is not (self.part is Part.CLASSIFIER):
            raise ValueError(f"network {self.network.name} is not that of a {self.part}")
        if self.units is not None and (self.modality is not Modality.POINTS or len(self.units.origin) != self.channels):
            raise ValueError(f"units of {len(self.units.origin)} columns are not those of {self.channels} channels")
        return self

    @field_serializer("prediction")
    def _by_name(self, prediction: Prediction) -> str:
        return prediction.name

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # as in the files of earlier versions, which thus read the new ones too
        values = handler(self)
        if values["network"]["name"] == UNNAMED:
            del values["network"]["name"]
        if values["outputs"] == 1:
            del values["outputs"]
        if values["units"] is None:
            del values["units"]
        if values["learnt"] == Learnt.MEAN:
            del values["learnt"]
        if values["part"] == Part.DENOISER:
            del values["part"]
        return values


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model on disk, known by its header only. `extra` holds the recipe and other notes.

    `choice` means it alone among the models found together with it; "" for a file read by itself.
    """

    name: str
    title: str
    file: Path
    spec: ModelSpec
    extra: Mapping[str, str]
    choice: str = ""


def read_header(path: Path) -> ModelFile:
    """Read what a model is without its weights; raises BadCheckpoint with value and remedy."""
    notes = raw_header(path)
    kind, version = notes.pop("format", ""), notes.pop("version", "")
    if kind != FORMAT:
        what = f"a “{kind}” file" if kind else "a safetensors file of another program"
        raise BadCheckpoint(f"“{path.name}” is {what}, not a model of this one; choose a model file.")
    if not version.isdecimal() or len(version) > 9 or int(version) > VERSION:
        raise BadCheckpoint(f"“{path.name}” was made by a newer version of the program (format “{version[:20]}”); "
                            "update to open it.")
    spec = _spec(path, notes.pop("spec", ""), notes.get("recipe", ""))
    return ModelFile(path.stem, spec.title, path, spec, notes)


def _spec(path: Path, text: str, recipe: str) -> ModelSpec:
    """The spec in a header; raises BadCheckpoint for another modality or architecture."""
    try:
        values = cast(dict[str, Any], json.loads(text))
        modality = values.get("modality", Modality.IMAGE)
        if modality not in set(Modality):
            known = " or ".join(kind.noun for kind in Modality)
            raise BadCheckpoint(f"“{path.name}” is a model of {modality}, not of {known}; choose an image model, or "
                                "one of points.")
        return ModelSpec.model_validate({"learnt": learnt_by(recipe), **values})
    except BadCheckpoint:
        raise
    except (*MALFORMED, WorkbenchError) as error:
        reason = sentence(error) if isinstance(error, ValidationError) else str(error)
        raise BadCheckpoint(f"“{path.name}” describes an unknown architecture ({reason.rstrip('.')}); "
                            "choose another model.") from error


def check_modality(spec: ModelSpec, name: str, wanted: Modality) -> None:
    """Raise BadInput when the model that is called so makes other data than those a task works on."""
    if spec.modality is not wanted:
        raise BadInput(f"Model “{name}” makes {spec.modality.noun}, and this task works on {wanted.noun}; choose a "
                       f"model of {wanted.noun}.")


def check_part(spec: ModelSpec, name: str, wanted: Part) -> None:
    """Raise BadCheckpoint when the model that is called so is for something else."""
    if spec.part is wanted:
        return
    if wanted is Part.DENOISER:
        raise BadCheckpoint(f"“{name}” is a classifier, which tells classes and makes nothing; choose a model that "
                            f"makes {spec.modality.noun}.")
    raise BadCheckpoint(f"“{name}” makes {spec.modality.noun} and tells no classes; choose a classifier, such as one "
                        "made by train-classifier.")


def raw_header(path: Path) -> dict[str, str]:
    """The string metadata of any safetensors file; raises BadCheckpoint for anything else."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
            body = file.read(length) if 2 <= length <= MAX_HEADER else b""
            size = file.seek(0, 2)
    except OSError as error:
        raise BadCheckpoint(f"Model file “{path}” cannot be opened ({error.strerror}); choose another.") from error
    # by content too: a renamed pickle must never reach a loader that would run it; but the first byte
    # alone says little, as it is also that of a safetensors header of 128, 384, … bytes
    pickled = (start[:1] == b"\x80" or start[:4] == b"PK\x03\x04") and not body.startswith(b"{")
    if path.suffix.lower() in PICKLES or pickled:
        raise BadCheckpoint(f"“{path.name}” is a pickle, which can run code when opened; "
                            "choose a .safetensors file instead.")
    if not body:
        raise BadCheckpoint(f"“{path.name}” is not a safetensors file or is empty; choose a .safetensors model.")
    return _metadata(path, body, length, size)


def _metadata(path: Path, body: bytes, length: int, size: int) -> dict[str, str]:
    """Parse a safetensors header and check that the file is as long as it declares."""
    if len(body) == length:
        try:
            header = cast(dict[str, Any], json.loads(body))
            end = max((int(t["data_offsets"][1]) for k, t in header.items() if k != "__metadata__"), default=0)
            notes = {str(k): str(v) for k, v in dict(header.get("__metadata__") or {}).items()}
        except MALFORMED as error:
            raise BadCheckpoint(f"“{path.name}” is not a safetensors file; choose a .safetensors model.") from error
        if size == 8 + length + end:
            return notes
    raise BadCheckpoint(f"“{path.name}” is cut short at {size:,} bytes; copy it again.")


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes as hexadecimal digits; raises BadCheckpoint when it cannot be read.

    The file is read again only when it changed, so asking at every start of a run costs nothing.
    """
    try:
        stat = path.stat()
        # size and time alone miss a file that was put in another's place by a copy that keeps times
        return _hashed(path.resolve(), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
    except OSError as error:
        raise BadCheckpoint(f"Model file “{path}” cannot be opened ({error.strerror}); choose another.") from error


@lru_cache(maxsize=512)
def _hashed(path: Path, *_changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
