"""Pictures to try things on before one has one's own: bundled photographs, and digits for models of digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from engines.data.digits import digits
from engines.modalities.image import read_image
from engines.model_file import ModelSpec

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "samples"
DIGIT = (1, 28)  # channels and side of the bundled digits

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class SamplePicture:
    """One such picture, which no bundled model was trained on.

    title: what it shows, as “Cat”; pixels: reads it, (H, W, 1 or 3) uint8.
    """

    title: str
    pixels: Callable[[], Array]


def samples_for(spec: ModelSpec | None) -> tuple[SamplePicture, ...]:
    """What is offered with a model: digits of the test part for one of their size in grey, else the photographs.

    Raises OSError where the bundled digits cannot be read.
    """
    if spec is not None and (spec.channels, spec.size) == DIGIT and not spec.network.anywhere:
        return tuple(_digits())
    return tuple(SamplePicture(file.stem.capitalize(), partial(_photograph, file))
                 for file in sorted(FOLDER.glob("*.jpg")))


def _digits() -> Iterator[SamplePicture]:
    """The first of each class among the test digits; all of them are unpacked once, and only these ten kept."""
    data = digits()
    for digit in range(10):
        place = data.test[np.flatnonzero(data.labels[data.test] == digit)[0]]
        yield SamplePicture(f"Digit {digit}", data.images[place].transpose(1, 2, 0).copy().copy)


def _photograph(file: Path) -> Array:
    """Grey where it has no colour."""
    pixels = read_image(file, 3)
    return np.ascontiguousarray(pixels[:, :, :1]) if bool((pixels == pixels[:, :, :1]).all()) else pixels
