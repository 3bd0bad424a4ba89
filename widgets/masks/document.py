"""A picture with its layers of paint: what a canvas works on, and what its history keeps of it meanwhile."""

from __future__ import annotations

import zlib

import numpy as np
from PySide6.QtGui import QImage

from widgets.drawing.pixmaps import Pyramid
from widgets.masks.layer import ColourLayer, MaskLayer, PaintLayer
from widgets.masks.shapes import Bytes
from widgets.masks.undo_store import Kept, UndoStore

FAST = 1  # of zlib: paint is mostly runs of one value


class Document:
    """A picture under a mask and under colours; swapped as a whole, so that undo finds the layers it painted on.

    At rest it takes no memory of its own but what the store of the history has for it.
    """

    def __init__(self, picture: Pyramid) -> None:
        height, width = picture.image.height(), picture.image.width()
        self.picture = picture
        self.mask, self.colours = MaskLayer(height, width), ColourLayer(height, width)
        self._resting: _Resting | None = None

    def rest(self, store: UndoStore) -> None:
        """Give the memory back until `wake`."""
        if self._resting is None:
            self._resting = _Resting(self.picture.whole(), (self.mask, self.colours), store)
            self.picture = Pyramid(QImage())
            for layer in (self.mask, self.colours):
                layer.pixels = np.zeros((0, *layer.pixels.shape[1:]), np.uint8)

    def wake(self) -> None:
        """Be as before the rest; raises OSError, and stays at rest, when what was kept cannot be read."""
        if self._resting is not None:
            picture, paint = self._resting.picture(), self._resting.paint()
            self.picture, self._resting = picture, None
            for layer, pixels in zip((self.mask, self.colours), paint, strict=True):
                layer.pixels = pixels


class _Resting:
    """A document's pixels in a store."""

    def __init__(self, image: QImage, layers: tuple[PaintLayer, ...], store: UndoStore) -> None:
        self._size, self._format, self._stride = image.size(), image.format(), image.bytesPerLine()
        self._image = store.keep(bytes(image.constBits()))
        self._shapes = [layer.pixels.shape for layer in layers]
        # what nobody painted on, as most layers of colour, is made anew
        self._layers: list[Kept | None] = [
            store.keep(zlib.compress(layer.pixels.tobytes(), FAST)) if layer.pixels.any() else None for layer in layers]

    def picture(self) -> Pyramid:
        """The picture as it was."""
        data, width, height = self._image.read(), self._size.width(), self._size.height()
        # the copy owns its memory: the wrapper only borrows that of the bytes
        return Pyramid(QImage(data, width, height, self._stride, self._format).copy())

    def paint(self) -> list[Bytes]:
        """The pixels of the layers as they were."""
        found = list[Bytes]()
        for shape, kept in zip(self._shapes, self._layers, strict=True):
            pixels = np.zeros(shape, np.uint8)
            if kept is not None:
                pixels[:] = np.frombuffer(zlib.decompress(kept.read()), np.uint8).reshape(shape)
            found.append(pixels)
        return found
