"""Model files: safetensors with everything needed to use the model in their header."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import safetensors.torch
import torch
from pydantic import ValidationError
from torch import nn

from engines.component import Options, sentence
from engines.denoiser import NetworkDenoiser
from engines.device import Device
from engines.errors import BadCheckpoint, WorkbenchError
from engines.files import write_atomic
from engines.model_names import ambiguous, fitting, named_apart
from engines.networks.unet import Shape, UNet, UNetOptions
from engines.process.paths import Path as ProbabilityPath
from engines.process.paths import PathChoice
from engines.process.prediction import Prediction

FORMAT = "diffusion-workbench model"
VERSION = 1
BUNDLED = Path(__file__).resolve().parents[1] / "resources" / "models"
PICKLES = frozenset({".pt", ".pth", ".pkl", ".ckpt", ".bin", ".pickle"})
MAX_HEADER = 16 * 2**20


class ModelSpec(Options):
    """What a model is: all of it is stored in the header of its file."""

    modality: str = "image"
    title: str
    channels: int
    size: int
    classes: tuple[str, ...] = ()
    prediction: Prediction
    path: PathChoice
    network: UNetOptions
    licence: str = ""
    data: str = ""


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


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model, ready to sample."""

    name: str
    title: str
    network: UNet
    denoiser: NetworkDenoiser
    path: ProbabilityPath
    spec: ModelSpec
    file: Path
    sha256: str


def build_network(spec: ModelSpec) -> UNet:
    """A new network of this spec, weights random; raises BadOption when its sizes do not fit."""
    return UNet(spec.network, Shape(spec.channels, spec.size, len(spec.classes)))


def save_model(path: Path, network: nn.Module, spec: ModelSpec, *, half: bool = False,
               extra: Mapping[str, str] | None = None) -> None:
    """Write a model file atomically.

    Args:
        half: store float16 instead of float32.
        extra: further strings for the header, e.g. {"recipe": "…"}.
    """
    dtype = torch.float16 if half else torch.float32
    # channels_last is a matter of the device that computes; the file has the plain order
    weights = {name: w.detach().to("cpu", dtype).contiguous() for name, w in network.state_dict().items()}
    header = {**(extra or {}), "format": FORMAT, "version": str(VERSION), "spec": spec.model_dump_json()}
    write_atomic(path, safetensors.torch.save(weights, header))


def load_model(path: Path, device: Device) -> Model:
    """Load a model onto a device in float32, in evaluation mode; raises BadCheckpoint."""
    found = read_header(path)
    # read whole, once: the fingerprint is then of the very bytes that were loaded
    data = path.read_bytes()
    try:
        weights = safetensors.torch.load(data)
    except Exception as error:  # the parser raises a class of its own, and ValueError
        raise BadCheckpoint(f"“{path.name}” is damaged ({error}); copy it again.") from error
    network = _filled(found, {name: w.float() for name, w in weights.items()})
    cast(Any, network).to(device.torch, memory_format=device.memory_format)
    network.eval().requires_grad_(False)
    denoiser = NetworkDenoiser(network, found.spec.path, found.spec.prediction)
    return Model(found.name, found.title, network, denoiser, found.spec.path, found.spec, path,
                 hashlib.sha256(data).hexdigest())


def _filled(found: ModelFile, weights: dict[str, torch.Tensor]) -> UNet:
    """The network of a file's spec with its weights; raises BadCheckpoint when they do not fit."""
    try:
        network = build_network(found.spec)
        network.load_state_dict(weights)
    except (RuntimeError, WorkbenchError) as error:
        reason = str(error).strip().split("\n")[-1].strip().rstrip(".")
        raise BadCheckpoint(f"“{found.file.name}” holds the weights of another architecture than its header says "
                            f"({reason}); choose another model.") from error
    return network


def read_header(path: Path) -> ModelFile:
    """Read what a model is without its weights; raises BadCheckpoint with value and remedy."""
    notes = raw_header(path)
    kind, version = notes.pop("format", ""), notes.pop("version", "")
    if kind != FORMAT:
        what = f"a “{kind}” file" if kind else "a safetensors file of another program"
        raise BadCheckpoint(f"“{path.name}” is {what}, not a model of this one; choose a model file.")
    if not version.isdecimal() or int(version) > VERSION:
        raise BadCheckpoint(f"“{path.name}” was made by a newer version of the program (format “{version}”); "
                            "update to open it.")
    spec = _spec(path, notes.pop("spec", ""))
    return ModelFile(path.stem, spec.title, path, spec, notes)


def _spec(path: Path, text: str) -> ModelSpec:
    """The spec in a header; raises BadCheckpoint for another modality or architecture."""
    try:
        values = json.loads(text)
        modality = values.get("modality", "image")
        if modality != "image":
            raise BadCheckpoint(f"“{path.name}” is a model of {modality}, not of images; choose an image model.")
        return ModelSpec.model_validate(values)
    except BadCheckpoint:
        raise
    except (ValueError, AttributeError, WorkbenchError) as error:
        reason = sentence(error) if isinstance(error, ValidationError) else str(error)
        raise BadCheckpoint(f"“{path.name}” describes an unknown architecture ({reason.rstrip('.')}); "
                            "choose another model.") from error


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
            end = max((t["data_offsets"][1] for k, t in header.items() if k != "__metadata__"), default=0)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadCheckpoint(f"“{path.name}” is not a safetensors file; choose a .safetensors model.") from error
        if size == 8 + length + end:
            return dict(header.get("__metadata__") or {})
    raise BadCheckpoint(f"“{path.name}” is cut short at {size:,} bytes; copy it again.")


def find_models(folders: Iterable[Path]) -> list[ModelFile]:
    """All usable models in these folders, one level of sub-folders, and the bundled ones; unusable files are left out.

    Only headers are read. The bundled come first, then the others by name. Each has its `choice`.
    """
    found = list[ModelFile]()
    for folder in (BUNDLED, *folders):
        files = sorted({*folder.glob("*.safetensors"), *folder.glob("*/*.safetensors")})
        found += [model for model in map(_readable, files) if model and all(m.file != model.file for m in found)]
    return named_apart(found, BUNDLED)


def _readable(path: Path) -> ModelFile | None:
    try:
        return read_header(path)
    except BadCheckpoint:
        return None


def resolve_model(name_or_file: str, folders: Iterable[Path], sha256: str = "") -> Path:
    """The file of a model given as a file, as a folder that holds one, as a name or as “run/name”.

    Args:
        sha256: fingerprint of the file that is wanted. It decides between several of the name, and
            finds a model of any name, one that was renamed or moved.

    Raises:
        BadCheckpoint: nothing fits (with the known names), or several do (with a way to choose each).
            A bundled model's name always means the bundled one.
    """
    known = find_models(folders)
    fits = _named(name_or_file, known)
    if sha256:
        same = _first_same(fits, sha256) or _first_same(known, sha256)
        fits = [same] if same else fits
    if not fits:
        raise BadCheckpoint(_unknown(name_or_file, known, sha256))
    if len(fits) > 1:
        raise BadCheckpoint(ambiguous(name_or_file, fits))
    return fits[0].file


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
