"""What of a picture's file is left out as it is read: the other frames of an animation, and what shines through."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines.errors import BadImage
from engines.modalities.image import decoding, formats

OPAQUE = 255  # of 8 bits of alpha


def left_out(source: Path | bytes) -> str:
    """What `read_image` leaves out of a file, within a sentence; "" where that is nothing, or no picture.

    “only the first of its 12 frames, white where it is transparent”.
    """
    try:
        with decoding(source, "", formats()) as picture:
            frames, clear = int(getattr(picture, "n_frames", 1)), False
            if picture.has_transparency_data:
                clear = int(np.asarray(picture.convert("RGBA").getchannel("A")).min()) < OPAQUE
    except BadImage:  # who reads it says so
        return ""
    told = [f"only the first of its {frames:,} frames"] * (frames > 1) + ["white where it is transparent"] * clear
    return ", ".join(told)
