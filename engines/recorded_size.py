"""How much of a run is recorded: what its steps may take of memory and of the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

BUDGET = 512 * 2**20  # bytes of main memory for the states of one run
CROWD = 64  # samples that a window shows at once
CROWDED = 2 * 2**30  # bytes on disk for more samples than that
LITTLE = 64 * 2**20  # bytes that may be spent on a crowd which nobody looks at yet


def recorded_size(shape: tuple[int, ...], total: int) -> int:
    """Bytes of all steps of a run: a state, its estimate and the move of one term in float32, at every step."""
    return (total + 1) * int(np.prod(shape, dtype=np.int64)) * 4 * 3


def too_large(shape: tuple[int, ...], total: int, folder: Path) -> str:
    """Why the steps of a run are not to be recorded, as one sentence, or "" when they are.

    Steps above the memory budget lie in a mapped file and later in the run's folder. They
    may take a quarter of what is free there, since the file and its saved copy exist side by
    side for a moment; and 2 GB for more samples than a window shows at once, because
    who draws thousands wants the samples. Such a run keeps its last step only, to resume from.

    Args:
        shape: of one batch (B, C, H, W); total: index of the last step.
        folder: of the run; exists.
    """
    size = recorded_size(shape, total)
    room = max(shutil.disk_usage(folder).free // 4, BUDGET)
    limit = room if shape[0] <= CROWD else min(room, CROWDED)
    if size <= limit:
        return ""
    return (f"The steps of {shape[0]:,} samples would take {size / 2**30:.1f} GB, more than the {limit / 2**30:.1f} GB "
            "allowed, so only the last one is kept; take fewer samples or steps to scrub them.")
