"""How a picture that is not square becomes one."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from PIL import Image

from engines.modalities.image import Array, centre_crop, fitted, to_uint8


class Fit(StrEnum):
    """Crop keeps shapes and loses edges, pad keeps everything and adds ground, stretch bends shapes.

    Cut keeps the size: squares of the picture as it is, others at every step (`engines.data.patches`).
    """

    CROP = "crop"
    PAD = "pad"
    STRETCH = "stretch"
    CUT = "cut"


def squared(pixels: Array, size: int, fit: Fit) -> Array:
    """A picture (H, W, 1 or 3) uint8 as a whole in a square (size, size, 1 or 3) uint8."""
    height, width = pixels.shape[:2]
    if fit is Fit.PAD and height != width:
        return _padded(pixels, size)
    if fit is Fit.STRETCH:
        return _scaled(pixels, size, size)
    return to_uint8(fitted(pixels, size, centre_crop(width, height)))


def _padded(pixels: Array, size: int) -> Array:
    """The whole picture in the middle of a ground of the colour that is usual at its edge.

    White or black for all would teach the network bars that stand out from most pictures.
    """
    height, width = pixels.shape[:2]
    scale = size / max(height, width)
    inner = _scaled(pixels, max(1, round(height * scale)), max(1, round(width * scale)))
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    page = np.empty((size, size, pixels.shape[2]), np.uint8)
    # the median, so that a subject that touches the edge does not tint the bars
    page[:] = np.median(edge, axis=0).round().astype(np.uint8)
    top, left = (size - inner.shape[0]) // 2, (size - inner.shape[1]) // 2
    page[top:top + inner.shape[0], left:left + inner.shape[1]] = inner
    return page


def _scaled(pixels: Array, height: int, width: int) -> Array:
    """(H, W, C) uint8 -> (height, width, C) uint8."""
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    scaled = np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS))
    return scaled[:, :, None] if scaled.ndim == 2 else scaled
