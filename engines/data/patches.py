"""PatchSet: pictures at full size, of which every training step cuts other squares."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.counted import counted
from engines.data.cache import IN_MEMORY
from engines.data.folder import (
    REPORT_EVERY,
    Colour,
    Listing,
    Unreadable,
    fingerprint,
    is_grey,
    left_out,
    list_folder,
    nothing_readable,
)
from engines.data.full_size import read_picture
from engines.data.imageset import to_unit
from engines.data.order import batch_order
from engines.data.split import divided, held_pictures
from engines.errors import BadImage
from engines.events import Event, Noted, Progressed, Said
from engines.files import explained
from engines.steps_file import reserve

SCALES = (1, 2)  # a square is cut at full size, or twice as wide and halved: other structures at every scale
PLACES = 3  # of which a square is cut from one
HELD, TRAINED = 0, 1  # what chance is for


@dataclass(frozen=True, slots=True)
class PatchSet:
    """Pictures of any size, and the side of the squares that are cut from them.

    pictures: each (C, H, W) uint8, none side shorter than `size`, perhaps memory-mapped; labels: (N,) int64, −1 where
    there is no class; train, validation: indices of pictures, disjoint; the rest as of `ImageSet`.
    """

    title: str
    pictures: Sequence[np.ndarray]
    size: int
    labels: np.ndarray
    classes: tuple[str, ...]
    train: np.ndarray
    validation: np.ndarray
    licence: str
    source: str
    fingerprint: str = ""

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return int(self.pictures[0].shape[0])

    @property
    def described(self) -> str:
        """“47 pictures, squares of 64 px anew at each step”."""
        return f"{counted(len(self.pictures), 'picture')}, squares of {self.size} px anew at each step"

    def drawn(self, seed: int, step: int, count: int) -> tuple[Tensor, Tensor]:
        """Squares (count, C, size, size) in [−1, 1] of a training step: each picture once an epoch, cut at random."""
        chosen = self.train[batch_order(len(self.train), seed, step * count, count)]
        return self._cut(chosen, np.random.Generator(np.random.Philox(key=[seed, TRAINED], counter=[0, 0, 0, step])))

    def held_back(self, most: int) -> tuple[Tensor, Tensor]:
        """So many squares of the pictures held back, by turns, always the same ones; none where none is."""
        held = self.validation
        chosen = held[np.arange(most) % len(held)] if len(held) else held
        return self._cut(chosen, np.random.Generator(np.random.Philox(key=[HELD, HELD])))

    def _cut(self, chosen: np.ndarray, chance: np.random.Generator) -> tuple[Tensor, Tensor]:
        squares = np.empty((len(chosen), self.channels, self.size, self.size), np.uint8)
        for square, index in zip(squares, chosen, strict=True):
            square[:] = cut(self.pictures[int(index)], self.size, chance)
        return to_unit(squares), torch.as_tensor(self.labels[chosen])


def cut(picture: np.ndarray, size: int, chance: np.random.Generator) -> np.ndarray:
    """A square (C, size, size) from a random place of a picture (C, H, W) uint8, at full or half scale.

    Of a few places that with most structure: much of most photographs is sky, wall or out of focus.
    """
    scale = SCALES[int(chance.integers(len(SCALES)))]
    if min(picture.shape[1:]) < scale * size:
        scale = 1
    side = scale * size
    corners = (chance.random((PLACES, 2)) * (np.array(picture.shape[1:]) - side + 1)).astype(np.intp)
    parts = [picture[:, top:top + side, left:left + side] for top, left in corners.tolist()]
    if scale > 1:  # the mean of each block, as a camera with larger pixels would see it
        blocks = (len(picture), size, scale, size, scale)
        parts = [part.reshape(blocks).mean((2, 4)).round().astype(np.uint8) for part in parts]
    return max(parts, key=structure)


def structure(square: np.ndarray) -> float:
    """The mean difference between pixels (C, H, W) uint8 and their neighbours."""
    values = square.astype(np.int16)
    return float(np.abs(np.diff(values, axis=1)).mean() + np.abs(np.diff(values, axis=2)).mean())


def load_patches(folder: Path, size: int, colour: Colour, cache: Path) -> Generator[Event, None, PatchSet]:
    """Read the pictures of a folder at full size, yielding progress; the value of the generator is the data set.

    Args:
        size: side of the squares in pixels; pictures that are smaller are left out, which is told.
        cache: folder with room for sets of more than 512 MB, which are mapped from a nameless file there.

    Raises:
        BadData: nothing in the folder can be used. DiskFull: a large set has no room.
    """
    listing = list_folder(folder)
    yield Said(f"Reading {counted(len(listing.files), 'file')} of “{folder.name}” at full size")
    pictures, kept, bad = list[np.ndarray](), list[int](), list[Unreadable]()
    room = Room(cache)
    for k, file in enumerate(listing.files):
        if k % REPORT_EVERY == 0:
            yield Progressed(k, len(listing.files))
        try:
            pictures.append(room.kept(read_picture(file, size, 1 if colour is Colour.GREY else 3)))
            kept.append(k)
        except BadImage as error:
            bad.append(Unreadable(file, str(error)))
    if not kept:
        raise nothing_readable(folder, len(bad))
    if bad:
        yield Noted(f"{left_out(bad, folder)}.")
    if colour is Colour.AUTO and all(is_grey(one[None]) for one in pictures):
        pictures = [one[:1] for one in pictures]
    return _patch_set(listing, pictures, size, np.array(kept))


class Room:
    """Keeps pictures in memory, and from so many bytes on in nameless files that vanish with their last picture."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._used = folder, 0

    def kept(self, picture: np.ndarray) -> np.ndarray:
        """The picture, or a mapped copy of it; raises DiskFull."""
        self._used += picture.nbytes
        if self._used <= IN_MEMORY:
            return picture
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder) as file:
                reserve(file, picture.nbytes)
                mapped = np.memmap(file, np.uint8, "r+", 0, picture.shape)
        except OSError as error:
            raise explained(error, self._folder) from error
        mapped[:] = picture
        return mapped


def _patch_set(listing: Listing, pictures: Sequence[np.ndarray], size: int, kept: np.ndarray) -> PatchSet:
    """The data set with its fixed split: one picture in twenty for validation, chosen by position alone."""
    count = len(pictures)
    train, validation = divided(count, held_pictures(count))
    return PatchSet(
        title=listing.folder.name, pictures=pictures, size=size, labels=np.array(listing.labels)[kept],
        classes=listing.classes, train=train, validation=validation, licence="",
        source=f"Folder “{listing.folder.name}”, {counted(count, 'picture')}", fingerprint=fingerprint(listing, kept))
