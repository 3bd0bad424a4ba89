"""The picture by which a list shows a run."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from engines.modalities.image import sheet

SIDE = 96  # px


def thumbnail(pictures: Sequence[np.ndarray]) -> bytes:
    """A PNG of up to four pictures (H, W, C) uint8, see-through where none stands."""
    page = sheet([np.moveaxis(p, -1, 0) / np.float32(127.5) - 1 for p in pictures], gap=1)
    picture = Image.fromarray(page[:, :, 0] if page.shape[2] == 1 else page)
    # a sheet of black pictures is white where none stands
    empty = sheet([np.full((1, *p.shape[:2]), -1, np.float32) for p in pictures], gap=1)
    picture.putalpha(Image.fromarray(255 - empty[:, :, 0]))
    # small pictures keep their pixels; larger ones are averaged, or thin strokes would break
    method = Image.Resampling.NEAREST if max(picture.size) <= SIDE else Image.Resampling.BOX
    picture = picture.resize((SIDE, max(1, SIDE * picture.height // picture.width)), method)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
