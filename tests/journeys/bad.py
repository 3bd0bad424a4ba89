"""Files and folders that cannot be used, by name: each maker writes one into a folder and gives its path."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from PIL import Image

from engines.model_file import raw_header
from engines.model_list import BUNDLED
from engines.recipe_png import RECIPE_KEY

Maker = Callable[[Path], Path]
DIGITS = BUNDLED / "digits.safetensors"
RECIPE: dict[str, Any] = {"program": "diffusion-workbench", "version": 1, "task": "generate",
                          "options": {"model": "digits", "steps": 1, "count": 1}}


def picture(folder: Path, name: str = "cross.png") -> Path:
    """A grey cross of 28 × 28 pixels with a value for every place."""
    pixels = np.zeros((28, 28), np.uint8)
    pixels[12:16, 4:24] = pixels[4:24, 12:16] = 230
    pixels += np.arange(28, dtype=np.uint8)
    Image.fromarray(pixels).save(folder / name, "PNG")
    return folder / name


def written(name: str, data: bytes) -> Maker:
    """A file with these bytes."""
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name
    return make


def halved(name: str, whole: Maker) -> Maker:
    """The first half of another file."""
    def make(folder: Path) -> Path:
        data = whole(folder).read_bytes()
        return written(name, data[:len(data) // 2])(folder)
    return make


def renamed(name: str, other: Maker) -> Maker:
    """Another file under a name that tells another kind."""
    def make(folder: Path) -> Path:
        return other(folder).rename(folder / name)
    return make


def huge(folder: Path) -> Path:
    """A PNG that declares 20,000 × 20,000 pixels."""
    data = bytearray(picture(folder, "huge.png").read_bytes())
    data[16:24] = (20_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    return written("huge.png", bytes(data))(folder)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(folder: Path) -> Path:
    """A small PNG whose pixels unzip to far more than it declares, with a zipped text of 100 MB before them."""
    start = picture(folder, "bomb.png").read_bytes()[:33]
    text = chunk(b"zTXt", RECIPE_KEY.encode() + b"\0\0" + zlib.compress(bytes(100 * 2**20), 1))
    return written("bomb.png", start + text + chunk(b"IEND", b""))(folder)


def carrying(name: str, text: str) -> Maker:
    """A PNG that carries this text where a recipe is expected."""
    def make(folder: Path) -> Path:
        data = picture(folder, name).read_bytes()
        note = chunk(b"iTXt", RECIPE_KEY.encode() + b"\0\0\0\0\0" + text.encode())
        return written(name, data[:33] + note + data[33:])(folder)
    return make


def recipe(name: str, **changes: Any) -> Maker:
    """A recipe with some of its values, or of its options, replaced."""
    options = {**RECIPE["options"], **changes.pop("options", {})}
    return written(name, json.dumps({**RECIPE, **changes, "options": options}).encode())


def model(name: str, spec: dict[str, Any] | None = None, **notes: str) -> Maker:
    """The bundled model with other words in its header: what it is no longer fits its weights."""
    def make(folder: Path) -> Path:
        header = raw_header(DIGITS)
        table = json.loads(header["spec"]) | (spec or {})
        weights = safetensors.numpy.load_file(DIGITS)
        safetensors.numpy.save_file(weights, folder / name, {**header, "spec": json.dumps(table), **notes})
        return folder / name
    return make


def bundled(folder: Path) -> Path:
    """A copy of the bundled model."""
    return written("copy.safetensors", DIGITS.read_bytes())(folder)


def place(name: str, *files: Maker) -> Maker:
    """A folder with some files."""
    def make(folder: Path) -> Path:
        (folder / name).mkdir()
        for file in files:
            file(folder / name)
        return folder / name
    return make
