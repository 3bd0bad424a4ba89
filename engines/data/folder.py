"""Any folder of images as a data set: sub-folders become classes, unreadable files are listed."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from engines.data.imageset import ImageSet
from engines.errors import BadData, BadImage
from engines.modalities.image import centre_crop, fitted, read_image, to_uint8
from engines.tasks.events import Event, Progressed, Said

IN_MEMORY = 512 * 2**20
REPORT_EVERY = 50
VALIDATION_SHARE, MIN_VALIDATION, MAX_VALIDATION = 0.05, 16, 512


class Colour(StrEnum):
    """Channels of the images; auto is grey when every image is."""

    AUTO = "auto"
    GREY = "grey"
    COLOUR = "colour"


@dataclass(frozen=True, slots=True)
class Listing:
    """Files of a folder in their fixed order, with labels (−1 for files outside any sub-folder)."""

    folder: Path
    files: tuple[Path, ...]
    labels: tuple[int, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that was left out, and why in one sentence."""

    file: Path
    reason: str


def list_folder(folder: Path) -> Listing:
    """All files below a folder, hidden ones left out, in the order of their names.

    Each direct sub-folder that holds files is a class. Raises BadData when the folder
    is missing or holds no file.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise BadData(f"Data folder “{folder}” {what}; choose a folder of images or “digits”.")
    found = sorted((f for f in folder.rglob("*") if f.is_file() and not _hidden(f, folder)),
                   key=lambda f: f.relative_to(folder).as_posix())
    if not found:
        raise BadData(f"Data folder “{folder}” is empty; choose a folder that holds images.")
    tops = [f.relative_to(folder).parts[0] if f.parent != folder else "" for f in found]
    classes = tuple(sorted({top for top in tops if top}))
    return Listing(folder, tuple(found), tuple(classes.index(top) if top else -1 for top in tops), classes)


def read_square(file: Path, size: int, channels: int) -> np.ndarray:
    """The central square of an image, scaled: (channels, size, size) uint8; raises BadImage."""
    pixels = read_image(file, channels)
    height, width = pixels.shape[:2]
    return to_uint8(fitted(pixels, size, centre_crop(width, height))).transpose(2, 0, 1)


def load_folder(folder: Path, size: int, colour: Colour, cache: Path) -> Generator[Event, None, ImageSet]:
    """Decode a folder, yielding progress; the value of the generator is the data set.

    Args:
        size: side of the squares in pixels.
        cache: folder for a memory-mapped file when the images take more than 512 MB.

    Raises:
        BadData: nothing in the folder can be read.
    """
    listing = list_folder(folder)
    yield Said(f"Reading {len(listing.files):,} files of “{folder.name}”")
    channels = 1 if colour is Colour.GREY else 3
    images, labels, bad = _store(len(listing.files), channels, size, cache), list[int](), list[Unreadable]()
    for k, (file, label) in enumerate(zip(listing.files, listing.labels, strict=True)):
        if k % REPORT_EVERY == 0:
            yield Progressed(k, len(listing.files))
        try:
            images[len(labels)] = read_square(file, size, channels)
        except BadImage as error:
            bad.append(Unreadable(file, str(error)))
        else:
            labels.append(label)
    if not labels:
        raise nothing_readable(folder, bad)
    if bad:
        yield Said(left_out(bad))
    kept = images[:len(labels)]
    if colour is Colour.AUTO and is_grey(kept):
        kept = kept[:, :1]
    return _image_set(listing, kept, np.array(labels, dtype=np.int64))


def nothing_readable(folder: Path, bad: list[Unreadable]) -> BadData:
    """The error of a folder without a single image."""
    return BadData(f"None of the {len(bad)} files in “{folder}” is an image that can be read; "
                   "choose a folder of pictures.")


def left_out(bad: list[Unreadable]) -> str:
    """One sentence about the files that are left out."""
    names = ", ".join(f"“{b.file.name}”" for b in bad[:3]) + (" …" if len(bad) > 3 else "")
    return f"{len(bad)} unreadable {'file is' if len(bad) == 1 else 'files are'} left out: {names}"


def is_grey(images: np.ndarray) -> bool:
    """Whether images (N, 3, H, W) have no colour at all."""
    return all(bool((part == part[:, :1]).all()) for part in np.array_split(images, max(1, len(images) // 256)))


def _image_set(listing: Listing, images: np.ndarray, labels: np.ndarray) -> ImageSet:
    """The data set with its fixed split: one in twenty for validation, chosen by position alone."""
    count = len(images)
    order = np.random.Generator(np.random.Philox(key=[0, count])).permutation(count)
    held = min(MAX_VALIDATION, int(count * VALIDATION_SHARE))
    held = held if held >= MIN_VALIDATION else 0
    return ImageSet(
        title=listing.folder.name, images=images, labels=labels, classes=listing.classes,
        train=np.sort(order[held:]), validation=np.sort(order[:held]), test=np.empty(0, dtype=np.int64),
        licence="", source=f"Folder “{listing.folder.name}”, {count} images")


def _store(count: int, channels: int, size: int, cache: Path) -> np.ndarray:
    """Room for the images, in memory or in a mapped file that replaces itself on the next start."""
    shape = (count, channels, size, size)
    if int(np.prod(shape, dtype=np.int64)) <= IN_MEMORY:
        return np.empty(shape, dtype=np.uint8)
    return np.lib.format.open_memmap(cache / "images.npy", mode="w+", dtype=np.uint8, shape=shape)


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)
