"""The user's own data of points as one file: a table of points, or a density that was painted, as a picture in grey.

In memory points are (N, 1 or 2) float64 in their own units, and a density is (H, W) uint8, the first row on top:
how dense each cell is, beside the others. One row is a density on a line.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engines.errors import BadPoints
from engines.modalities.points import Points, npy_bytes, read_points

Array = np.ndarray[Any, np.dtype[Any]]
PNG = b"\x89PNG\r\n\x1a\n"
GREY = 8  # levels by which the channels of a grey picture may differ
MOST = 2048  # cells along a side of a density


def is_density(values: Array) -> bool:
    """Whether own data are a density and not points."""
    return values.dtype == np.uint8


def is_picture(data: bytes) -> bool:
    """Whether a file begins as that of a density does."""
    return data.startswith(PNG)


def own_bytes(values: Array, names: Sequence[str] = ()) -> bytes:
    """The file of own data: NPY of points with the names of their columns, PNG of a density."""
    if not is_density(values):
        return npy_bytes(values, names)
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(values)).save(out, "PNG")
    return out.getvalue()


def read_own(source: Path | bytes, name: str = "") -> Points:
    """Read own data; the content decides what they are.

    Args:
        source: a file or its bytes.
        name: what to call it in a sentence, for bytes.

    Raises BadPoints for what is neither a table of points nor a picture with something on it.
    """
    title = name or (source.name if isinstance(source, Path) else "The file")
    data = source if isinstance(source, bytes) else _picture(source)
    return Points(_density(data, title)) if is_picture(data) else read_points(source, title)


def in_colour(file: Path) -> bool:
    """Whether a file is a picture of which the colours say more than its lightness; False for one that is damaged."""
    try:
        with Image.open(io.BytesIO(_picture(file)), formats=("PNG",)) as picture:
            if max(picture.size) > MOST:
                return False  # reading it as a density says what is wrong
            channels = np.asarray(picture.convert("RGB"), np.int16)
    except Exception:  # whatever a damaged picture leads the decoder to; reading it as a density says so
        return False
    return bool(np.ptp(channels, axis=2).max() > GREY)


def _picture(file: Path) -> bytes:
    """The bytes of a picture; of any other file, and of one that cannot be opened, only that it is none."""
    try:
        with file.open("rb") as opened:
            start = opened.read(len(PNG))
            return start + opened.read() if is_picture(start) else start
    except OSError:
        return b""  # reading it as a table says why


def _density(data: bytes, title: str) -> Array:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            width, height = picture.size
            if max(width, height) > MOST:
                raise BadPoints(f"“{title}” is a picture of {width:,} × {height:,} px; a density has at most {MOST:,} "
                                "along each side.")
            ink = np.array(picture.convert("L"))
    except BadPoints:
        raise
    except Exception as error:  # whatever a damaged picture leads the decoder to
        raise BadPoints(f"“{title}” is a damaged picture; paint the density again.") from error
    if not ink.any():
        raise BadPoints(f"“{title}” is all black, so there is no density anywhere; paint where it is to be.")
    return ink
