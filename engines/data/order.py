"""Data order as a pure function of (seed, position), so that resuming needs no generator state."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=4)  # a batch touches one or two epochs, and a large folder is slow to shuffle at every step
def epoch_order(count: int, seed: int, epoch: int) -> np.ndarray:
    """The permutation of 0 … count−1 in which this epoch visits the data; read-only."""
    # counter-based: any epoch's order is reached without drawing those before it
    order = np.random.Generator(np.random.Philox(key=[seed, epoch])).permutation(count)
    order.flags.writeable = False
    return order


def batch_order(count: int, seed: int, position: int, size: int) -> np.ndarray:
    """Indices of `size` examples from `position` examples after the start; epochs follow on without a gap.

    Every example is seen exactly once an epoch, whatever the batch size.
    """
    pieces, end = list[np.ndarray](), position + size
    while position < end:
        epoch, offset = divmod(position, count)
        piece = epoch_order(count, seed, epoch)[offset:offset + end - position]
        pieces.append(piece)
        position += len(piece)
    return np.concatenate(pieces)
