"""A look at a data set before training: classes, counts, a sheet of samples, unreadable files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engines.data.digits import digits
from engines.data.folder import (
    Colour,
    Listing,
    Unreadable,
    always,
    is_grey,
    list_folder,
    nothing_readable,
    read_square,
)
from engines.data.split import held_back, held_pictures
from engines.data.square import Fit
from engines.errors import BadImage
from engines.modalities.image import traits

DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Survey:
    """What a data set holds.

    total: images (files looked at that could not be read are not counted); classes and
    counts: name and number of each, `unlabelled` outside of any; samples: (K, C, H, W)
    uint8 as training will see them, sample_labels (K,); unreadable: found so far;
    complete: whether every file was decoded, or only a spread of them; on_white: how many of those that
    were have transparent parts, which training sees white;
    side: the median of their shorter sides, px; held: how many of `total` training does not learn from.
    """

    title: str
    total: int
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    unlabelled: int
    samples: np.ndarray
    sample_labels: np.ndarray
    unreadable: tuple[Unreadable, ...]
    complete: bool
    on_white: int = 0
    side: int = 0
    held: int = 0

    @property
    def learnt(self) -> int:
        """Images that training learns from."""
        return self.total - self.held


def survey(data: str, size: int, colour: Colour = Colour.AUTO, fit: Fit = Fit.CROP, *, samples: int = 40,
           decode: int = 400, wanted: Callable[[], bool] = always) -> Survey:
    """Look at “digits” or a folder.

    Args:
        data, size, colour, fit: as in the options of training.
        samples: how many images the sheet shows at most.
        decode: how many files are decoded at most, spread evenly over the folder.
        wanted: asked at every file whether to go on.

    Raises:
        BadData: the folder is missing, empty, or nothing that was decoded can be read.
    """
    if data == DIGITS:
        return _survey_digits(samples)
    return _survey_folder(Path(data), size, colour, fit, samples, decode, wanted)


def _survey_digits(samples: int) -> Survey:
    data = digits()
    counts = tuple(int(n) for n in np.bincount(data.labels, minlength=len(data.classes)))
    return Survey(data.title, len(data.images), data.classes, counts, 0, data.images[:samples], data.labels[:samples],
                  (), True, side=data.size, held=len(data.images) - len(data.train))


def _survey_folder(folder: Path, size: int, colour: Colour, fit: Fit, samples: int, decode: int,
                   wanted: Callable[[], bool]) -> Survey:
    listing = list_folder(folder.expanduser(), wanted)
    chosen = spread(len(listing.files), decode)
    images, kept, bad = _decoded(listing, chosen, size, 1 if colour is Colour.GREY else 3, fit)
    if not kept:
        raise nothing_readable(folder, len(bad))
    every = np.stack(images)
    sheet = spread(len(kept), samples)
    shown = every[sheet, :1] if colour is Colour.AUTO and is_grey(every) else every[sheet]
    # files that were not decoded are counted as readable: the count is of the listing, not of the spread
    missing, found = {b.file for b in bad}, [traits(listing.files[k]) for k in kept]
    labels = [label for file, label in zip(listing.files, listing.labels, strict=True) if file not in missing]
    counts = tuple(labels.count(k) for k in range(len(listing.classes)))
    sheet_labels = np.array([listing.labels[kept[int(k)]] for k in sheet])
    return Survey(listing.folder.name, len(labels), listing.classes, counts, labels.count(-1), shown, sheet_labels,
                  tuple(bad), len(chosen) == len(listing.files),
                  sum(seen.on_white for seen in found), int(np.median([seen.side for seen in found])),
                  (held_pictures if fit is Fit.CUT else held_back)(len(labels)))


def _decoded(listing: Listing, chosen: np.ndarray, size: int, channels: int, fit: Fit,
             ) -> tuple[list[np.ndarray], list[int], list[Unreadable]]:
    """Decode the chosen files: images, their positions, and what could not be read."""
    images, kept, bad = list[np.ndarray](), list[int](), list[Unreadable]()
    for k in (int(c) for c in chosen):
        try:
            images.append(read_square(listing.files[k], size, channels, fit))
            kept.append(k)
        except BadImage as error:
            bad.append(Unreadable(listing.files[k], str(error)))
    return images, kept, bad


def spread(count: int, most: int) -> np.ndarray:
    """At most `most` of the positions 0 … count−1, evenly spread."""
    # unique, as rounding may meet a position twice when there are few more than `most`
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))
