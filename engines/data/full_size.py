"""Pictures as they are, for training on squares that are cut from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from engines.errors import BadImage
from engines.modalities.image import read_image

LONGEST = 1536  # px of a picture's longer side; what is larger is soft at full size, and is reduced


def read_picture(file: Path, size: int, channels: int) -> np.ndarray:
    """A picture (channels, H, W) uint8, reduced to `LONGEST` px; raises BadImage, for one that is too small as well."""
    pixels = read_image(file, channels)
    height, width = pixels.shape[:2]
    share = LONGEST / max(height, width)
    if share < 1:
        picture = Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels)
        scaled = np.asarray(picture.resize((max(1, round(width * share)), max(1, round(height * share))),
                                           Image.Resampling.LANCZOS))
        pixels = scaled[:, :, None] if scaled.ndim == 2 else scaled
    if min(pixels.shape[:2]) < size:
        raise BadImage(f"“{file.name}” has {pixels.shape[1]} × {pixels.shape[0]} px, too few for squares of {size} px; "
                       "choose a smaller size.")
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def read_middle(file: Path, size: int, channels: int) -> np.ndarray:
    """The square in the middle of a picture at full size: (channels, size, size) uint8; raises BadImage."""
    picture = read_picture(file, size, channels)
    top, left = ((side - size) // 2 for side in picture.shape[1:])
    return picture[:, top:top + size, left:left + size]
