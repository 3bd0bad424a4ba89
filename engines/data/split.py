"""Which examples of a set are held back from training, to validate on."""

from __future__ import annotations

import numpy as np

ONE_IN, FEWEST, MOST = 20, 16, 512
FROM = ONE_IN * FEWEST  # images of a folder from which on some are held back


def held_back(count: int) -> int:
    """How many of so many images are held back: one in twenty, none of too few, and never more than help."""
    # below a few images the validation loss would be noise, and the training misses every one of them
    return min(MOST, count // ONE_IN) if count >= FROM else 0


def held_pictures(count: int) -> int:
    """The same of pictures that squares are cut from: each has plenty, so one in twenty is held back of any folder."""
    return count // ONE_IN


def divided(count: int, held: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions to learn from and `held` that are held back, each ascending: by the counts alone, everywhere."""
    # Philox is specified to the bit: a set is split alike on every machine and by every numpy
    order = np.random.Generator(np.random.Philox(key=[0, count])).permutation(count)
    return np.sort(order[held:]), np.sort(order[:held])
