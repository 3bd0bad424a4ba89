"""Which picture is on the canvas, and its pixels when undo brings it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from engines.modality import Modality
from widgets.drawing.pixmaps import Pyramid, from_qimage, to_bytes
from workbench.drafts import FAST
from workbench.library.library import Library
from workbench.library.records import Query, State
from workbench.running.samples_file import load_samples

if TYPE_CHECKING:
    from engines.recipe import Recipe
    from workbench.running.engine_host import Engines

RECENT = 20  # runs that are searched for a sample: those that only evaluate or train have none


@dataclass(frozen=True, eq=False)
class Which:
    """One picture that was opened, the same one when undo brings it back.

    name; channels: 1 or 3; grey: no pixel has a colour, whatever the channels.
    """

    name: str
    channels: int
    grey: bool


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A picture ready for the window, made on any thread.

    pixels (H, W, 1 or 3) uint8 as a run gets them; shown: as the screen takes them; which picture it is; lacks: what of
    its file was left out, "" for nothing.
    """

    pixels: np.ndarray
    shown: Pyramid
    which: Which
    lacks: str = ""

    @classmethod
    def of(cls, pixels: np.ndarray, name: str, lacks: str = "") -> Opened:
        """From pixels (H, W[, C]) uint8."""
        planes = pixels if pixels.ndim == 3 else pixels[..., None]
        return cls(planes, Pyramid.ready(planes), Which(name, planes.shape[2], is_grey(planes)), lacks)


@dataclass(frozen=True, slots=True, eq=False)
class Attached:
    """What goes with a run, read on any thread.

    opened: its picture, None where it has none or it is on the canvas already; mask: (H, W), None for none; kernel:
    (h, w) uint8 of a drawn blur, None for none; paint: (H, W, 4) uint8 over the picture, empty where a run that may
    have some has none, None for one that never has.
    """

    opened: Opened | None
    mask: np.ndarray | None
    kernel: np.ndarray | None = None
    paint: np.ndarray | None = None

    @classmethod
    def of(cls, recipe: Recipe, known: np.ndarray | None) -> Attached:
        """From a recipe; known: the pixels on the canvas. Raises BadInput."""
        from engines.modalities.colours import read_colours
        from engines.modalities.image import read_image, read_mask

        data = recipe.files.get(str(recipe.options.get("image", "")))
        if data is None:
            return cls(None, None)
        pixels = read_image(data, 3, "picture of the recipe")
        # one that is grey has a single channel on the canvas
        there = known is not None and known.shape[:2] == pixels.shape[:2] and bool((known == pixels).all())
        mask, kernel, paint = (recipe.files.get(str(recipe.options.get(kind, "")))
                               for kind in ("mask", "kernel", "paint"))
        bare = np.zeros((0, 0, 4), np.uint8) if "paint" in recipe.options else None
        size = pixels.shape[1], pixels.shape[0]
        return cls(None if there else Opened.of(pixels, "picture of the run"),
                   None if mask is None else read_mask(mask),
                   None if kernel is None else read_image(kernel, 1, "kernel of the recipe")[:, :, 0],
                   bare if paint is None else read_colours(paint, size, "paint of the recipe"))


class Packer:
    """Packs the picture of a run, on any thread; that of the last one is kept, for the next run of it."""

    def __init__(self) -> None:
        self._last: tuple[Which, bytes] | None = None

    def png(self, pixels: np.ndarray, which: Which) -> bytes:
        """The pixels (H, W, C) uint8 of a picture as PNG."""
        from engines.modalities.image import png_bytes

        last = self._last
        if last is None or last[0] is not which:
            last = self._last = which, png_bytes(pixels, level=FAST)
        return last[1]


def is_grey(pixels: np.ndarray) -> bool:
    """Whether no pixel of (H, W, C) has a colour; the first rows with one end the search."""
    return all(bool((rows == rows[:, :, :1]).all()) for rows in np.array_split(pixels, max(len(pixels) // 64, 1)))


def newest_sample(library: Library, engines: Engines | None) -> np.ndarray | None:
    """The first sample (H, W, C) uint8 of the newest run of pictures whose samples are kept, None when there is none.

    Runs of points are passed over, however many there are since.
    """
    pictured = frozenset(name for name, task in engines.tasks.items() if task.modality is Modality.IMAGE) \
        if engines is not None else frozenset[str]()
    for run in library.runs(Query(tasks=pictured, states=frozenset({State.DONE}), limit=RECENT)):
        samples = load_samples(library.folder(run.id))
        if samples is not None and len(samples) and samples.ndim == 4:
            pixels = to_bytes(samples[0])
            return pixels if pixels.ndim == 3 else pixels[..., None]
    return None


def own_pixels(image: QImage, channels: int) -> np.ndarray:
    """The pixels (H, W, channels) uint8 of a picture, from what the canvas shows of it."""
    found = from_qimage(image)
    planes = found if found.ndim == 3 else found[..., None]
    return np.repeat(planes, channels, axis=2) if planes.shape[2] == 1 else planes[:, :, :channels].copy()
