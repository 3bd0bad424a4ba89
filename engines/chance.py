"""Generators of chance that depend on names alone, and on the whole of them.

torch's own seeding takes 32 bits of a seed: of so few, some of a hundred thousand steps would draw the same numbers.
"""

from __future__ import annotations

import hashlib

import numpy as np
import torch

WORDS = 624  # of 32 bits, the state of a Mersenne twister (Matsumoto & Nishimura 1998)
BEFORE = 24  # bytes of torch's generator that come before them: its seed, its position


def generator(*names: int | str) -> torch.Generator:
    """A CPU generator whose state is a hash of the names, 19,968 bits of it: two lists of names share no numbers."""
    made = torch.Generator().manual_seed(0)
    digest = hashlib.shake_256("/".join(map(str, names)).encode()).digest(4 * WORDS)
    state = made.get_state()
    # torch keeps each word in 64 bits
    words = np.frombuffer(digest, "<u4").astype(np.uint64)
    state[BEFORE:BEFORE + 8 * WORDS] = torch.as_tensor(words.view(np.uint8))
    return made.set_state(state)
