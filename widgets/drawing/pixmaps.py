"""Arrays to Qt images and back, and the perceptual colour maps of the heat maps.

Pictures arrive as uint8 (H, W), (H, W, 3), (H, W, 4) or as floating point
(C, H, W) in [-1, 1]; Qt wants 32-bit rows, which it also blits fastest.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QTransform

Bytes = NDArray[np.uint8]
Picture = NDArray[np.uint8] | NDArray[np.floating]

HEAT_MAP = "magma"
DIVERGING_ON_DARK = "CET-D4"
DIVERGING_ON_LIGHT = "CET-D1"
_FORMATS = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}


def to_bytes(image: Picture) -> Bytes:
    """Turn a picture into uint8 (H, W), (H, W, 3) or (H, W, 4).

    Floating point is (H, W) or (C, H, W) in [-1, 1] and is clipped; of four or more
    channels the first three are shown. Raises ValueError for any other shape.
    """
    if image.dtype == np.uint8:
        return _checked(np.asarray(image, np.uint8))
    planes = image[None] if image.ndim == 2 else image
    if planes.ndim != 3 or planes.shape[0] == 2:
        raise ValueError(f"A picture of shape {image.shape} cannot be shown; give (C, H, W) with 1 or 3 channels.")
    shown = planes[:3] if planes.shape[0] >= 3 else planes[:1]
    safe = np.nan_to_num(shown, nan=-1.0, posinf=1.0, neginf=-1.0)
    # Adding 128 before truncation rounds to nearest, the inverse of byte / 127.5 - 1.
    grey = np.clip(safe * 127.5 + 128.0, 0.0, 255.0).astype(np.uint8)
    return np.ascontiguousarray(grey[0] if len(grey) == 1 else grey.transpose(1, 2, 0))


def _checked(image: Bytes) -> Bytes:
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[..., 0]
    if image.ndim == 2 or (image.ndim == 3 and image.shape[2] in _FORMATS):
        return np.ascontiguousarray(image)
    raise ValueError(f"A picture of shape {image.shape} cannot be shown; give (H, W), (H, W, 3) or (H, W, 4).")


def to_planes(image: Bytes) -> NDArray[np.float32]:
    """Turn uint8 (H, W) or (H, W, C) into float32 (C, H, W) in [-1, 1]."""
    planes = image[None] if image.ndim == 2 else image.transpose(2, 0, 1)
    return np.ascontiguousarray(planes, dtype=np.float32) / 127.5 - 1.0


def to_qimage(image: Picture | QImage) -> QImage:
    """Turn a picture into a QImage that owns its memory: RGB32, or premultiplied ARGB32 with an alpha channel."""
    if isinstance(image, QImage):
        return image.convertToFormat(_screen_format(image.hasAlphaChannel()))
    data = to_bytes(image)
    channels = 1 if data.ndim == 2 else data.shape[2]
    height, width = data.shape[:2]
    wrapped = QImage(data.data, width, height, width * channels, _FORMATS[channels])
    # the conversion copies: the wrapper only borrows numpy's memory
    return wrapped.convertToFormat(_screen_format(channels == 4))


def _screen_format(alpha: bool) -> QImage.Format:
    return QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32


def from_qimage(image: QImage) -> Bytes:
    """Copy a QImage into uint8 (H, W) when it is grey, else (H, W, 3), or (H, W, 4) when it has an alpha channel."""
    channels = 4 if image.hasAlphaChannel() else 1 if image.isGrayscale() else 3
    flat = image.convertToFormat(_FORMATS[channels])
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    # Qt pads every row to a multiple of four bytes
    data = rows[:, : flat.width() * channels]
    return data.copy() if channels == 1 else data.reshape(flat.height(), flat.width(), channels).copy()


@lru_cache(maxsize=8)
def colour_table(name: str) -> Bytes:
    """The 256 colours (256, 3) of a named perceptual map, from low to high."""
    import pyqtgraph  # imported late: it is slow to load, and a heat map is never the first thing shown

    found = pyqtgraph.colormap.get(name)
    if found is None:
        raise ValueError(f"There is no colour map “{name}”; use {HEAT_MAP} or {DIVERGING_ON_LIGHT}.")
    return np.asarray(found.getLookupTable(0.0, 1.0, 256), np.uint8)[:, :3].copy()


def heat(values: NDArray[np.floating], low: float, high: float, name: str = HEAT_MAP) -> Bytes:
    """Colour an array (H, W) by a perceptual map; low and high are the ends of its scale. Gives (H, W, 3)."""
    span = high - low
    scaled = (values - low) * (255.0 / span) if span > 0 else np.zeros_like(values)
    return colour_table(name)[np.clip(np.nan_to_num(scaled), 0, 255).astype(np.uint8)]


def disagreement(images: NDArray[np.floating]) -> NDArray[np.float32]:
    """Standard deviation over the batch, averaged over channels: (B, C, H, W) to (H, W), in image units."""
    return np.asarray(images.std(axis=0).mean(axis=0), dtype=np.float32)


def colour_bar(name: str, length: int) -> QImage:
    """A vertical colour scale, one pixel wide and `length` high, high values on top."""
    rows = np.linspace(255, 0, max(length, 1)).astype(np.uint8)
    return to_qimage(colour_table(name)[rows][:, None, :])


class Pyramid:
    """An image with its halvings, made when first needed, so that drawing it small does not alias."""

    def __init__(self, image: QImage) -> None:
        self.image = image
        self._levels = [image]

    def level(self, scale: float) -> QImage:
        """The smallest halving that still has at least `scale` times the pixels of the image along a side."""
        depth = 0
        while scale <= 0.5 and min(self._levels[depth].width(), self._levels[depth].height()) >= 2:
            scale *= 2
            depth += 1
            if depth == len(self._levels):
                self._levels.append(_halved(self._levels[-1]))
        return self._levels[depth]

    def whole(self) -> QImage:
        """The image as it is shown."""
        return self.image

    @classmethod
    def of(cls, image: Picture | QImage | Pyramid) -> Pyramid:
        """A picture as the screen takes it; one that is a pyramid already stays as it is."""
        return image if isinstance(image, Pyramid) else cls(to_qimage(image))

    @classmethod
    def ready(cls, image: Picture) -> Pyramid:
        """A picture with all its halvings made, on any thread, so that the window's need not wait for a large one."""
        made = cls.of(image)
        made.level(1 / max(image.shape))
        return made


class Inlaid(Pyramid):
    """A picture with another one over a rectangle of it, which is scaled only as far as the screen shows it.

    So a small state can be scrubbed inside of a large photograph without making a new photograph for every step.

    Args:
        ground: the picture below; shared by all steps.
        inset: what lies over it.
        box: where, in pixels of the ground.
    """

    def __init__(self, ground: Pyramid, inset: QImage, box: QRectF) -> None:
        super().__init__(ground.image)
        self._ground, self.inset, self.box, self.seen = ground, Pyramid(inset), box, box
        if inset.size() == box.size().toSize():
            self._rim()

    def _rim(self) -> None:
        """Give an inset of the ground's own pixels those around it, so that smoothing leaves no line at its edge."""
        inner, whole = self.box.toRect(), self.image.rect()
        outer = inner.adjusted(-1, -1, 1, 1) & whole
        framed = self.image.copy(outer)
        with QPainter(framed) as painter:
            painter.drawImage(inner.topLeft() - outer.topLeft(), self.inset.image)
        self.inset, self.box = Pyramid(framed), QRectF(outer)
        # the outer half of the rim would be smoothed at its own edge
        self.seen = QRectF(inner).adjusted(-0.5, -0.5, 0.5, 0.5) & QRectF(whole)

    def level(self, scale: float) -> QImage:
        """A halving of the ground."""
        return self._ground.level(scale)

    def whole(self) -> QImage:
        """Both in one image of the ground's size."""
        image = self.image.copy()
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.box, self.inset.image)
        return image

    def place(self, target: QRectF) -> QRectF:
        """Where the inset lies when the ground lies on `target`."""
        return self._on(target, self.box)

    def shown(self, target: QRectF) -> QRectF:
        """The part of the inset that is drawn when the ground lies on `target`."""
        return self._on(target, self.seen)

    def _on(self, target: QRectF, box: QRectF) -> QRectF:
        scale = target.width() / max(self.image.width(), 1)
        return QRectF(target.topLeft() + box.topLeft() * scale, box.size() * scale)


def _halved(image: QImage) -> QImage:
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(image.width() // 2, image.height() // 2, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)


def draw_image(painter: QPainter, target: QRectF, image: Pyramid, radius: float = 0.0) -> None:
    """Draw an image with rounded corners; beyond twofold enlargement its pixels stay square.

    The decision counts device pixels, so that a picture looks the same on every screen.
    """
    scale = painter.device().devicePixelRatioF() * target.width() / max(image.image.width(), 1)
    source = image.level(scale)
    fit = QTransform.fromTranslate(target.x(), target.y())
    fit.scale(target.width() / source.width(), target.height() / source.height())
    brush = QBrush(source)
    brush.setTransform(fit)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale <= 2.0)
    visible = target.intersected(QRectF(painter.window()))
    # A picture zoomed far in would be a path of millions of pixels: only its visible part is filled.
    if radius <= 0:  # a brush repeats: smoothed, the rim of an inset would take colour from its other side
        painter.drawImage(target, source)
    elif visible == target:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
        painter.drawRoundedRect(target, radius, radius)
    else:
        painter.fillRect(visible, brush)
    painter.restore()
    if isinstance(image, Inlaid):
        painter.save()
        painter.setClipRect(image.shown(target), Qt.ClipOperation.IntersectClip)
        draw_image(painter, image.place(target), image.inset)
        painter.restore()
