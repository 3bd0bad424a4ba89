"""Numbers of images in words."""

from __future__ import annotations


def counted(count: int) -> str:
    """“1 image”, “1,200 images”."""
    return f"{count:,} {'image' if count == 1 else 'images'}"
