"""Thousands of soft round dots as an image, fast enough for every frame of a scrub."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from widgets.drawing.plane import Floats

FINE = 128  # parts of a layer whose opacity is looked up
PARTS = 4  # places within a pixel that are told apart along each side


@lru_cache(maxsize=32)
def stamp(radius: float) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """A dot of a radius in device pixels, by its place in a pixel: offsets (PARTS², S, 2) as row and column, and the
    coverage (PARTS², S) there.

    The coverage of a pixel is the distance of its middle to the rim: right to a tenth of the dot from radius 1 on.
    """
    reach = int(np.ceil(radius + 0.5)) + 1
    around = np.moveaxis(np.mgrid[-reach : reach + 1, -reach : reach + 1], 0, -1).reshape(-1, 2)
    inside = (np.arange(PARTS) + 0.5) / PARTS - 0.5
    middles = np.stack(np.meshgrid(inside, inside, indexing="ij"), axis=-1).reshape(-1, 1, 2)
    cover = np.clip(radius + 0.5 - np.hypot(*np.moveaxis(around - middles, 2, 0)), 0.0, 1.0).astype(np.float32)
    # at each place its own pixels alone: a third of those that dots at all places cover would be touched for nothing
    most = int((cover > 0).sum(axis=1).max())
    used = np.argsort(-cover, axis=1, kind="stable")[:, :most]
    found = np.take_along_axis(cover, used, axis=1)
    return np.where(found[..., None] > 0, around[used], 0), found


class Scratch:
    """Memory for the steps of a calculation that is done again and again: new pages cost more than what fills them."""

    def __init__(self) -> None:
        self._kept = dict[str, NDArray[Any]]()

    def room(self, name: str, shape: tuple[int, ...], kind: type[np.generic]) -> NDArray[Any]:
        """An array under a name, with whatever was in it."""
        count, kept = math.prod(shape), self._kept.get(name)
        if kept is None or len(kept) < count:
            kept = self._kept[name] = np.empty(count, kind)
        return kept[:count].reshape(shape)


class Dots:
    """Draws dots into one image that is kept.

    touched: the part of the image that the last frame's dots lie in, in its pixels; it may reach over its edges.
    made: how many images were made so far; one as long as the size of image and dots stays.
    """

    def __init__(self) -> None:
        self.made, self.touched = 0, QRect()
        self._key = (0, 0, 0)
        self._stride = self._border = 0
        self._pixels = np.zeros(0, np.uint32)
        self._depth = np.zeros(0, np.float32)  # layers of glass over every pixel
        self._owner = np.zeros(0, np.int32)
        self._scratch = Scratch()

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
        (across, down), (width, height) = pixels.T, size
        inside = (across > -reach) & (across < width + reach) & (down > -reach) & (down < height + reach)
        kept = pixels if inside.all() else pixels[inside]
        flat = self._pour(kept, offsets, cover)
        self.touched = _around(kept, reach)
        # a crowd touches a pixel many times: then it is found faster which ones there are
        touched = flat.ravel() if flat.size < len(self._depth) else np.flatnonzero(self._depth > 0)
        depth = np.take(self._depth, touched, out=self._scratch.room("depth", touched.shape, np.float32), mode="clip")
        if which is None:
            self._pixels[touched] = self._one_colour(depth, _glass(*(float(part) for part in colours[0]), opacity))
            return self._window(size)
        # where dots of several colours meet, the last one lies on top
        self._owner[flat] = which[inside][:, None]
        alpha = 1.0 - np.exp(np.log1p(-opacity) * depth.astype(np.float64))
        self._pixels[touched] = _argb(colours[self._owner[touched]], alpha)
        return self._window(size)

    def _one_colour(self, depth: NDArray[np.float32], table: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Pixels (N,) under so many layers of glass, which are used up; table: as `_glass` makes it."""
        depth *= np.float32(FINE)
        depth += np.float32(0.5)
        layers = self._scratch.room("layers", depth.shape, np.intp)
        np.copyto(layers, depth, casting="unsafe")
        # clip: from the end of the table on more layers change nothing
        return np.take(table, layers, out=self._scratch.room("pixels", depth.shape, np.uint32), mode="clip")

    def _clear(self, size: tuple[int, int], reach: int) -> None:
        """An empty image of the size with a border, over which dots that reach so far may hang."""
        if (*size, reach) == self._key:
            self._pixels.fill(0)
            self._depth.fill(0)
            return
        self.made += 1
        self._key, self._border = (*size, reach), 2 * reach
        self._stride = size[0] + 2 * self._border
        count = self._stride * (size[1] + 2 * self._border)
        self._pixels, self._owner = np.zeros(count, np.uint32), np.zeros(count, np.int32)
        self._depth = np.zeros(count, np.float32)

    def _pour(self, kept: Floats, offsets: NDArray[np.intp], cover: NDArray[np.float32]) -> NDArray[np.intp]:
        """Lay dots over the bordered image: adds to the depth of pixels, and gives those that each dot touches (N, S).
        """
        # counted from the border on: nothing is negative, and whole numbers are cut as they should be
        right, down = (((values + self._border) * PARTS).astype(np.intp) for values in kept.T)
        place = down % PARTS * PARTS + right % PARTS
        shape = len(kept), offsets.shape[1]
        flat, weight = self._scratch.room("flat", shape, np.intp), self._scratch.room("weight", shape, np.float32)
        np.take(offsets @ np.array((self._stride, 1)), place, axis=0, out=flat, mode="clip")
        flat += (down // PARTS * self._stride + right // PARTS)[:, None]
        np.take(cover, place, axis=0, out=weight, mode="clip")
        np.add.at(self._depth, flat.ravel(), weight.ravel())
        return flat

    def _window(self, size: tuple[int, int]) -> QImage:
        """The image without its border, over the same memory."""
        start = self._border * self._stride + self._border
        return QImage(self._pixels[start:].data, size[0], size[1], self._stride * 4,
                      QImage.Format.Format_ARGB32_Premultiplied)


def _around(pixels: Floats, reach: int) -> QRect:
    """The box of dots with middles (N, 2)."""
    if not len(pixels):
        return QRect()
    (left, right), (top, bottom) = ((int(values.min()), int(values.max())) for values in pixels.T)
    return QRect(left - reach, top - reach, right - left + 2 * reach + 1, bottom - top + 2 * reach + 1)


@lru_cache(maxsize=64)
def _glass(red: float, green: float, blue: float, opacity: float) -> NDArray[np.uint32]:
    """What so many FINE-ths of a layer of glass of one colour look like, up to where more of them change nothing."""
    deep = np.log(1 / 1024) / np.log1p(-opacity)
    layers = np.arange(int(np.ceil(deep * FINE)) + 1) / FINE
    return _argb(np.array([[red, green, blue]]), 1.0 - np.exp(np.log1p(-opacity) * layers))


def _argb(colours: Floats, alpha: Floats) -> NDArray[np.uint32]:
    """Colours (N or 1, 3) and opacities (N,) in [0, 1] as premultiplied 32-bit pixels."""
    red, green, blue = (colours[:, k] * alpha * 255.0 + 0.5 for k in range(3))
    whole = (alpha * 255.0 + 0.5).astype(np.uint32) << 24
    tint = red.astype(np.uint32) << 16 | green.astype(np.uint32) << 8 | blue.astype(np.uint32)
    return np.asarray(whole | tint, np.uint32)
