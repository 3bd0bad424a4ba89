"""A photograph that no model sees whole, and options that fill it quickly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

QUICK = {"model": "digits", "steps": 4, "count": 2, "method": {"name": "repaint", "jump": 2, "resample": 1}}


def photograph(folder: Path, width: int = 400, height: int = 300) -> Path:
    """A colour picture with a value for every place."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([x % 256, y % 256, (x + y) % 256], axis=-1).astype(np.uint8)
    Image.fromarray(pixels).save(folder / "photo.png")
    return folder / "photo.png"
