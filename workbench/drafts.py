"""Pixels that no run has taken yet, such as a picture and its mask: files named by what they hold."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from engines.files import write_atomic

FAST = 1  # zlib's level: the file is read once and then replaced


@dataclass(frozen=True, slots=True)
class Draft:
    """Pixels to be kept.

    version: another one whenever the pixels are others, so that nobody has to look at them;
    pixels: gives them, (H, W), (H, W, 1), (H, W, 3) or, with opacity, (H, W, 4) uint8, in an array that nothing changes
    any more.
    """

    version: int
    pixels: Callable[[], np.ndarray]


class Drafts:
    """A folder of PNG files. A file never changes, so a session that names some is whole at any moment.

    Args:
        folder: made with the first file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, pixels: np.ndarray) -> str:
        """Write pixels unless they are there; returns the name of their file. Raises DiskFull or BadInput."""
        flat = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
        flat = np.ascontiguousarray(flat)
        name = hashlib.sha256(repr(flat.shape).encode() + flat.tobytes()).hexdigest()[:24] + ".png"
        if not (self._folder / name).exists():
            out = io.BytesIO()
            Image.fromarray(flat).save(out, "PNG", compress_level=FAST)
            write_atomic(self._folder / name, out.getvalue())
        return name

    def file(self, name: object) -> Path | None:
        """The file of a name; None for anything but a plain name: a session is a file that anybody may have written."""
        return self._folder / name if isinstance(name, str) and name and Path(name).name == name else None

    def load_all(self, names: Mapping[str, object]) -> dict[str, np.ndarray]:
        """The pixels of drafts by what they are; those that are missing or damaged are left out."""
        found = {what: self.load(name) for what, name in names.items()}
        return {what: pixels for what, pixels in found.items() if pixels is not None}

    def load(self, name: object) -> np.ndarray | None:
        """The pixels (H, W), (H, W, 3) or (H, W, 4) uint8 of a file, None where it is missing or damaged."""
        file = self.file(name)
        if file is None:
            return None
        try:
            with Image.open(file) as image:
                pixels = np.array(image)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
        return pixels if pixels.dtype == np.uint8 and pixels.ndim in {2, 3} else None

    def prune(self, named: Iterable[str]) -> None:
        """Delete all files but those named."""
        kept = frozenset(named)
        for file in self._folder.glob("*.png"):
            if file.name not in kept:
                with suppress(OSError):
                    file.unlink()
