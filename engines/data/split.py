"""How many images of a folder are held back from training, to validate on."""

from __future__ import annotations

ONE_IN, FEWEST, MOST = 20, 16, 512
FROM = ONE_IN * FEWEST  # images of a folder from which on some are held back


def held_back(count: int) -> int:
    """How many of so many images are held back: one in twenty, none of too few, and never more than help."""
    # below a few images the validation loss would be noise, and the training misses every one of them
    return min(MOST, count // ONE_IN) if count >= FROM else 0
