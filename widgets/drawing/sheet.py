"""An image that is drawn when what is on it has changed, and else kept."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

Key = tuple[object, ...]


class Sheet:
    """Keeps one image for what a key stands for, in the same memory as long as its size stays.

    clear: it lies over others, and begins empty.

    drawn, made: how many times it was drawn, and how many images that took.
    """

    def __init__(self, *, clear: bool = False) -> None:
        self._format = QImage.Format.Format_ARGB32_Premultiplied if clear else QImage.Format.Format_RGB32
        self.drawn = self.made = 0
        self._key: Key | None = None
        self._image = QImage()

    def image(self, key: Key, size: QSize, ratio: float, draw: Callable[[QPainter], None]) -> QImage:
        """The image of a size in logical pixels, drawn by `draw` unless it was so for this very key.

        `draw` has to cover all of one that is not clear. The key holds the things that are drawn themselves and not
        their addresses: one that is gone could have left its address to another.
        """
        if self._key != key:
            if self._image.size() != size * ratio or self._image.devicePixelRatio() != ratio:
                self.made += 1
                self._image = QImage(size * ratio, self._format)
                self._image.setDevicePixelRatio(ratio)
            # a failing layer leaves no key behind: what is half drawn is not taken for whole
            self._key = None
            if self._image.hasAlphaChannel():
                self._image.fill(Qt.GlobalColor.transparent)
            with QPainter(self._image) as painter:
                draw(painter)
            self._key, self.drawn = key, self.drawn + 1
        return self._image
