"""Colours painted over a picture: read, and laid over it."""

from __future__ import annotations

from typing import Any

import numpy as np

from engines.errors import BadImage
from engines.modalities.image import decoding, formats

Array = np.ndarray[Any, np.dtype[Any]]


def read_colours(data: bytes, size: tuple[int, int], name: str) -> Array:
    """Read colours with their opacity: (H, W, 4) uint8, straight alpha; a picture without alpha covers everything.

    Args:
        data: of a picture; size: (width, height) it must have; name: what to call it in a sentence.

    Raises:
        BadImage: another size, or not a picture.
    """
    with decoding(data, name, formats()) as picture:
        picture.load()
        pixels = np.asarray(picture.convert("RGBA"))
    height, width = pixels.shape[:2]
    if (width, height) != size:
        raise BadImage(f"The paint is {width} × {height} px but the picture is {size[0]} × {size[1]}; give paint of "
                       "the same size.")
    return pixels


def laid_over(pixels: Array, colours: Array) -> Array:
    """A picture with colours over it (the “over” operator of Porter & Duff 1984), untouched where they are transparent.

    Args:
        pixels: (H, W, 1 or 3) uint8; colours: (H, W, 4) uint8, straight alpha.

    Returns:
        (H, W, 3) uint8, or (H, W, 1) where neither has a colour.
    """
    seen, top = colours[..., 3:] > 0, colours[..., :3]
    grey = pixels.shape[2] == 1 and bool((np.where(seen, top, 0) == np.where(seen, top[..., :1], 0)).all())
    below = pixels if grey or pixels.shape[2] == 3 else np.repeat(pixels, 3, axis=2)
    above = (top[..., :1] if grey else top).astype(np.float32)
    opacity = colours[..., 3:].astype(np.float32) / np.float32(255)
    mixed = below + opacity * (above - below)
    return np.where(seen, mixed.round(), below).clip(0, 255).astype(np.uint8)
