"""Data order as a pure function of (seed, position), so that resuming needs no generator state."""

from __future__ import annotations

import numpy as np


def epoch_order(count: int, seed: int, epoch: int) -> np.ndarray:
    """The permutation of 0 … count−1 in which this epoch visits the data."""
    return np.random.Generator(np.random.Philox(key=[seed, epoch])).permutation(count)


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
