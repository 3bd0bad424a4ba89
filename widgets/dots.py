"""Thousands of soft round dots as an image, fast enough for every frame of a scrub."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from widgets.plane import Floats

PARTS = 4  # places within a pixel that are told apart along each side


@lru_cache(maxsize=32)
def stamp(radius: float) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """A dot of a radius in device pixels: offsets (S, 2) as row, column, and coverage (PARTS², S) by place in a pixel.

    The coverage of a pixel is the distance of its middle to the rim: right to a tenth of the dot from radius 1 on.
    """
    reach = int(np.ceil(radius + 0.5)) + 1
    rows, columns = (part.ravel() for part in np.mgrid[-reach : reach + 1, -reach : reach + 1])
    inside = (np.arange(PARTS) + 0.5) / PARTS - 0.5
    down, right = (part.ravel()[:, None] for part in np.meshgrid(inside, inside, indexing="ij"))
    cover = np.clip(radius + 0.5 - np.hypot(rows - down, columns - right), 0.0, 1.0).astype(np.float64)
    used = cover.max(axis=0) > 0
    return np.stack([rows, columns], axis=1)[used], cover[:, used]


class Dots:
    """Draws dots into one image that is kept: a frame clears and writes only the pixels that dots touch.

    made: how many images were made so far; one as long as the size of image and dots stays.
    """

    def __init__(self) -> None:
        self.made = 0
        self._key = (0, 0, 0)
        self._stride = self._border = 0
        self._pixels = np.zeros(0, np.uint32)
        self._owner = np.zeros(0, np.int32)
        self._touched = np.zeros(0, np.intp)

    def image(self, size: tuple[int, int], pixels: Floats, colours: Floats, which: NDArray[np.intp] | None,
              radius: float, opacity: float) -> QImage:
        """The dots on a transparent ground, premultiplied.

        Args:
            size: width and height in device pixels.
            pixels: (N, 2) middles in device pixels; those that are not finite or lie outside are left out.
            colours: (M, 3) in [0, 1].
            which: (N,) each dot's row of `colours`; None when all have the first.
            radius: of a dot, in device pixels.
            opacity: of a single dot, in (0, 1); where dots overlap it adds up as layers of glass do.

        The image borrows memory of this object: it shows the next frame's dots once that is asked for.
        """
        offsets, cover = stamp(round(radius, 2))
        reach = int(np.abs(offsets).max())
        self._clear(size, reach)
        inside = ((pixels > -reach) & (pixels < np.array(size) + reach)).all(axis=1)
        kept = pixels if inside.all() else pixels[inside]
        depth, flat = self._pour(kept, offsets, cover)
        # asked of truth values: numpy finds those three times as fast as numbers
        self._touched = np.flatnonzero(depth > 0)
        alpha = 1.0 - np.exp(np.log1p(-opacity) * depth[self._touched])
        if which is not None:
            # where dots of several colours meet, the last one lies on top
            self._owner[flat] = which[inside][:, None]
        tint = colours[:1] if which is None else colours[self._owner[self._touched]]
        self._pixels[self._touched] = _argb(tint, alpha)
        return self._window(size)

    def _clear(self, size: tuple[int, int], reach: int) -> None:
        """An empty image of the size with a border, over which dots that reach so far may hang."""
        if (*size, reach) == self._key:
            self._pixels[self._touched] = 0
            return
        self.made += 1
        self._key, self._border = (*size, reach), 2 * reach
        self._stride = size[0] + 2 * self._border
        count = self._stride * (size[1] + 2 * self._border)
        self._pixels, self._owner = np.zeros(count, np.uint32), np.zeros(count, np.int32)
        self._touched = np.zeros(0, np.intp)

    def _pour(self, kept: Floats, offsets: NDArray[np.intp],
              cover: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """How much of dots lies over every pixel of the bordered image, and which pixels each dot touches (N, S)."""
        whole = np.floor(kept)
        part = ((kept - whole) * PARTS).astype(np.intp)
        corner = (whole + self._border).astype(np.intp)
        flat = (corner[:, 1] * self._stride + corner[:, 0])[:, None] + offsets @ np.array((self._stride, 1))
        weight = cover[part[:, 1] * PARTS + part[:, 0]]
        depth = np.bincount(flat.ravel(), weight.ravel(), minlength=len(self._pixels))
        return depth.astype(np.float64, copy=False), flat

    def _window(self, size: tuple[int, int]) -> QImage:
        """The image without its border, over the same memory."""
        start = self._border * self._stride + self._border
        return QImage(self._pixels[start:].data, size[0], size[1], self._stride * 4,
                      QImage.Format.Format_ARGB32_Premultiplied)


def _argb(colours: Floats, alpha: Floats) -> NDArray[np.uint32]:
    """Colours (N or 1, 3) and opacities (N,) in [0, 1] as premultiplied 32-bit pixels."""
    red, green, blue = (colours[:, k] * alpha * 255.0 + 0.5 for k in range(3))
    whole = (alpha * 255.0 + 0.5).astype(np.uint32) << 24
    tint = red.astype(np.uint32) << 16 | green.astype(np.uint32) << 8 | blue.astype(np.uint32)
    return np.asarray(whole | tint, np.uint32)
