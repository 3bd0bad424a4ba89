"""Layers that lie over a picture and take the paint: a mask, or colours.

A stroke keeps the layer as it was when the stroke began and the greatest cover it has
given to each pixel. Every movement is recomputed from these two, so crossing one's own
soft stroke never darkens it, and an eraser undoes exactly what a brush did.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from widgets.masks.shapes import NOTHING, Box, Bytes, Patch


@dataclass(frozen=True, slots=True)
class Change:
    """What a stroke did: the pixels of a box before and after."""

    box: Box
    before: Bytes
    after: Bytes


class PaintLayer(ABC):
    """Pixels uint8 (H, W[, C]) that a stroke changes; subclasses say how cover becomes paint."""

    def __init__(self, pixels: Bytes) -> None:
        self.pixels = pixels
        self._before: Bytes | None = None
        self._cover = np.zeros((0, 0), np.uint8)
        self._dirty = NOTHING

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._before is not None

    def begin(self) -> None:
        """Start a stroke."""
        self._before = self.pixels.copy()
        self._cover = np.zeros(self.shape, np.uint8)
        self._dirty = NOTHING

    def stamp(self, patch: Patch, erase: bool) -> Box:
        """Add a piece to the stroke; gives the box that changed."""
        if self._before is None or patch.box.empty:
            return NOTHING
        rows = patch.box.slices
        cover = self._cover[rows]
        # the largest cover, not the sum: a stroke that crosses itself is no darker there
        np.maximum(cover, patch.cover, out=cover)
        mix = self.erased if erase else self.painted
        self.write(patch.box, mix(self._before[rows], cover))
        self._dirty = self._dirty.united(patch.box)
        return patch.box

    def restart(self) -> Box:
        """Take back all pieces of the stroke under way, as a dragged rectangle does at every move."""
        box, self._dirty = self._dirty, NOTHING
        if self._before is not None and not box.empty:
            self._cover[box.slices] = 0
            self.write(box, self._before[box.slices])
        return box

    def finish(self) -> Change | None:
        """End the stroke; gives the change, or None when no pixel differs."""
        before, self._before = self._before, None
        if before is None or self._dirty.empty:
            return None
        rows = self._dirty.slices
        if np.array_equal(before[rows], self.pixels[rows]):
            return None
        return Change(self._dirty, before[rows].copy(), self.pixels[rows].copy())

    def write(self, box: Box, pixels: Bytes) -> None:
        """Put pixels into a box."""
        self.pixels[box.slices] = pixels

    def replace(self, pixels: Bytes) -> None:
        """Put a whole layer as the only piece of the stroke under way."""
        self._dirty = Box(0, 0, self.shape[1], self.shape[0])
        self.write(self._dirty, pixels)

    @abstractmethod
    def painted(self, before: Bytes, cover: Bytes) -> Bytes:
        """Pixels under a brush of a cover (h, w)."""

    @abstractmethod
    def erased(self, before: Bytes, cover: Bytes) -> Bytes:
        """Pixels under an eraser of a cover (h, w)."""


class MaskLayer(PaintLayer):
    """A mask: 255 where the hole to be filled is, 0 where the picture is known."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__(np.zeros((height, width), np.uint8))
        self._sum = 0

    def write(self, box: Box, pixels: Bytes) -> None:
        """Put pixels into a box and keep the size of the hole up to date."""
        # by the difference of the box alone: summing a large mask at every movement would be felt
        old = int(self.pixels[box.slices].sum(dtype=np.int64))
        super().write(box, pixels)
        self._sum += int(pixels.sum(dtype=np.int64)) - old

    @property
    def coverage(self) -> float:
        """The hole's share of the picture, 0…1."""
        return self._sum / (255.0 * max(self.pixels.size, 1))

    def painted(self, before: Bytes, cover: Bytes) -> Bytes:
        """The larger of hole and cover."""
        return np.maximum(before, cover)

    def erased(self, before: Bytes, cover: Bytes) -> Bytes:
        """The hole, nowhere more than what the eraser leaves."""
        return np.minimum(before, 255 - cover)

    def mask(self) -> NDArray[np.float32]:
        """A copy (H, W) in [0, 1], 1 = hole."""
        return self.pixels.astype(np.float32) / np.float32(255)


class ColourLayer(PaintLayer):
    """Colours with opacity (H, W, 4), painted on a copy of a picture; fully transparent shows the original."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__(np.zeros((height, width, 4), np.uint8))
        self.colour: tuple[int, int, int] = (255, 255, 255)

    def painted(self, before: Bytes, cover: Bytes) -> Bytes:
        """The brush colour over what was there (the “over” operator, straight alpha)."""
        top = cover[..., None].astype(np.float32) / 255.0
        # what is left of the paint below: its own opacity times what the new paint lets through
        under = before[..., 3:].astype(np.float32) / 255.0 * (1 - top)
        opacity = top + under
        colour = np.asarray(self.colour, np.float32) * top + before[..., :3] * under
        # back to straight alpha; where nothing is painted the colour does not matter
        colour /= np.maximum(opacity, 1e-6)
        return (np.concatenate([colour, opacity * 255.0], axis=2) + 0.5).astype(np.uint8)

    def erased(self, before: Bytes, cover: Bytes) -> Bytes:
        """The same colours, thinner."""
        after = before.copy()
        after[..., 3] = np.minimum(before[..., 3], 255 - cover)
        return after

    def over(self, state: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay the paint over a state (C, H, W) in image units; untouched pixels stay exact, whatever their range."""
        opacity = self.pixels[..., 3].astype(np.float32) / np.float32(255)
        colour = self.pixels[..., :3].astype(np.float32).transpose(2, 0, 1) / 127.5 - 1.0
        if state.shape[0] == 1:
            colour = colour.mean(axis=0, keepdims=True)
        mixed = state[:3] + opacity * (colour - state[:3])
        out = state.copy()
        out[:3] = np.where(opacity > 0, mixed, state[:3])
        return out
