"""Which picture is on the canvas, and its pixels when undo brings it back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage

from widgets.pixmaps import from_qimage


@dataclass(frozen=True, eq=False)
class Which:
    """One picture that was opened, the same one when undo brings it back: its name, and channels, 1 or 3."""

    name: str
    channels: int


def own_pixels(image: QImage, channels: int) -> np.ndarray:
    """The pixels (H, W, channels) uint8 of a picture, from what the canvas shows of it."""
    found = from_qimage(image)
    planes = found if found.ndim == 3 else found[..., None]
    return np.repeat(planes, channels, axis=2) if planes.shape[2] == 1 else planes[:, :, :channels].copy()
