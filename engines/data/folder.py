"""Any folder of images as a data set: sub-folders become classes, unreadable files are listed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from engines.counted import counted
from engines.data.cache import Decoded, Entry, key_of
from engines.data.full_size import read_middle
from engines.data.imageset import ImageSet
from engines.data.split import divided, held_back
from engines.data.square import Fit, squared
from engines.errors import BadData, BadImage
from engines.events import Event, Noted, Progressed, Said
from engines.labels import unaskable
from engines.modalities.image import read_image

REPORT_EVERY = 50  # files


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


def always() -> bool:
    """Nobody changes their mind."""
    return True


def list_folder(folder: Path, wanted: Callable[[], bool] = always) -> Listing:
    """All files below a folder, hidden ones left out, in the order of their names.

    Each direct sub-folder that holds files is a class; `wanted` is asked at every file, since a
    folder on a network may hold millions. Raises BadData when the folder is missing, holds no
    file or a class that could not be asked for, or when it is not wanted any more.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise BadData(f"Data folder “{folder}” {what}; choose a folder of images or “digits”.")
    found = sorted((f for f in folder.rglob("*") if _still(wanted, folder) and f.is_file() and not _hidden(f, folder)),
                   key=lambda f: f.relative_to(folder).as_posix())
    if not found:
        raise BadData(f"Data folder “{folder}” is empty; choose a folder that holds images.")
    tops = [f.relative_to(folder).parts[0] if f.parent != folder else "" for f in found]
    classes = tuple(sorted({top for top in tops if top}))
    for name in classes:
        # told now rather than after hours of training, when the model has a class that nobody can choose
        if reason := unaskable(name):
            raise BadData(f"Class folder “{name}” in “{folder}” cannot be asked for by its name, which {reason}; "
                          "rename it.")
    return Listing(folder, tuple(found), tuple(classes.index(top) if top else -1 for top in tops), classes)


def _still(wanted: Callable[[], bool], folder: Path) -> bool:
    if not wanted():
        raise BadData(f"Reading “{folder}” was given up; choose it again.")
    return True


def read_square(file: Path, size: int, channels: int, fit: Fit = Fit.CROP) -> np.ndarray:
    """An image as a square: (channels, size, size) uint8; raises BadImage. Of those that are cut, the middle one."""
    if fit is Fit.CUT:
        return read_middle(file, size, channels)
    return squared(read_image(file, channels), size, fit).transpose(2, 0, 1)


def load_folder(folder: Path, size: int, colour: Colour, cache: Path, fit: Fit = Fit.CROP,
                ) -> Generator[Event, None, ImageSet]:
    """Decode a folder, yielding progress; the value of the generator is the data set.

    Args:
        size: side of the squares in pixels.
        cache: folder that keeps the squares, so that the next training on the same files need not
            decode them; more than 512 MB are mapped from there instead of read.
        fit: how a picture that is not square becomes one.

    Raises:
        BadData: nothing in the folder can be read. DiskFull: a large set has no room.
    """
    listing = list_folder(folder)
    count = len(listing.files)
    yield Said(f"Reading {counted(count, 'file')} of “{folder.name}”")
    # auto decodes in colour: whether all are grey is known only at the end
    channels = 1 if colour is Colour.GREY else 3
    entry = Entry(cache, key_of(folder, listing.files, (size, channels, fit)))
    found = entry.load()
    if found is None:
        found = yield from _decoded(listing, size, channels, fit, entry)
        entry.store(found)
    if found.unreadable:
        bad = [Unreadable(listing.files[k], reason) for k, reason in found.unreadable]
        yield Noted(f"{left_out(bad, folder)}.")
    grey = colour is Colour.AUTO and is_grey(found.images)
    return _image_set(listing, found.images[:, :1] if grey else found.images, found.kept)


def _decoded(listing: Listing, size: int, channels: int, fit: Fit, entry: Entry) -> Generator[Event, None, Decoded]:
    """Decode every file, yielding progress; the generator's value is what could be read. Raises BadData."""
    images = entry.room((len(listing.files), channels, size, size))
    kept, bad = list[int](), list[tuple[int, str]]()
    for k, file in enumerate(listing.files):
        if k % REPORT_EVERY == 0:
            yield Progressed(k, len(listing.files))
        try:
            images[len(kept)] = read_square(file, size, channels, fit)
            kept.append(k)
        except BadImage as error:
            bad.append((k, str(error)))
    if not kept:
        raise nothing_readable(listing.folder, len(bad))
    return Decoded(images[:len(kept)], np.array(kept), tuple(bad))


def nothing_readable(folder: Path, files: int) -> BadData:
    """The error of a folder without a single image."""
    what = "The only file" if files == 1 else f"None of the {files:,} files"
    return BadData(f"{what} in “{folder}” is {'no' if files == 1 else 'an'} image that can be read; choose a folder of "
                   "pictures.")


def inside(file: Path, folder: Path) -> str:
    """A file of a data folder as it is told: with its sub-folders, since many may hold one of that name."""
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name


def left_out(bad: list[Unreadable], folder: Path) -> str:
    """One sentence about the files of a data folder that are left out."""
    names = ", ".join(f"“{inside(b.file, folder)}”" for b in bad[:3]) + (" …" if len(bad) > 3 else "")
    return f"{len(bad)} unreadable {'file is' if len(bad) == 1 else 'files are'} left out: {names}"


def is_grey(images: np.ndarray) -> bool:
    """Whether images (N, 3, H, W) have no colour at all."""
    return all(bool((part == part[:, :1]).all()) for part in np.array_split(images, max(1, len(images) // 256)))


def fingerprint(listing: Listing, kept: np.ndarray) -> str:
    """SHA-256 of the names below the folder and the sizes of the files that are read, and of the classes.

    A training draws images by number: with a file more or less every number means another image.
    Times of change are left out, as a copied folder is the same data.
    """
    read: list[int] = kept.tolist()
    about = [(listing.files[k].relative_to(listing.folder).as_posix(), _bytes(listing.files[k])) for k in read]
    return hashlib.sha256(json.dumps([about, listing.classes]).encode()).hexdigest()


def _bytes(file: Path) -> int:
    """Size of a file; −1 for one that vanished while the folder was read."""
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _image_set(listing: Listing, images: np.ndarray, kept: np.ndarray) -> ImageSet:
    """The data set with its fixed split: one in twenty for validation, chosen by position alone."""
    count = len(images)
    train, validation = divided(count, held_back(count))
    return ImageSet(
        title=listing.folder.name, images=images, labels=np.array(listing.labels)[kept], classes=listing.classes,
        train=train, validation=validation, test=np.empty(0, dtype=np.int64),
        licence="", source=f"Folder “{listing.folder.name}”, {counted(count, 'image')}",
        fingerprint=fingerprint(listing, kept))


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)
