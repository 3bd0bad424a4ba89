"""Noise that depends only on (seed, sample, step), never on the batch or on what ran before.

Because nothing is carried from draw to draw, resuming or branching at any step
needs no generator state: step k always asks for draw k. The generator is Philox4x32
with 10 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): a
function of key and counter, so that the draws of ten thousand seeds are one
computation. Generators that are seeded one by one cost more than the draws they
give, and torch's own takes only 32 bits of a seed, too few to keep all draws apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

Words = np.ndarray[Any, np.dtype[np.uint64]]
ROUNDS, LOW, BITS = 10, np.uint64(0xFFFFFFFF), np.uint64(32)
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)  # of the paper's 4x32 variant
NO_SEED = -1  # of a sample that begins with something given, and of which no draw is made
WEYL = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)  # what each round adds to the key


def philox(counter: tuple[Words, Words, Words, Words], key: tuple[Words, Words]) -> tuple[Words, Words, Words, Words]:
    """Four random 32-bit words for each counter of four words and key of two; all uint64 arrays that broadcast."""
    (a, b, c, d), (k, m) = counter, key
    for _ in range(ROUNDS):
        left, right = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b, c, d = (right >> BITS) ^ b ^ k, right & LOW, (left >> BITS) ^ d ^ m, left & LOW
        k, m = (k + WEYL[0]) & LOW, (m + WEYL[1]) & LOW
    return a, b, c, d


def normals(seeds: tuple[int, ...], size: int, step: int, stream: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Standard normal numbers (len(seeds), size) float32 of a draw; seeds from 0 to 2⁶⁴ − 1."""
    numbers: Words = np.array(seeds, dtype=np.uint64)[:, None]
    blocks: Words = np.arange(-(-size // 4), dtype=np.uint64)[None, :]
    of_step, of_stream, zero = (np.full((1, 1), number % 2**32, np.uint64) for number in (step, stream, 0))
    words = philox((blocks, of_step, of_stream, zero), (numbers & LOW, numbers >> BITS))
    # Box & Muller 1958; half a step above 0, where the logarithm is infinite
    u, angle = np.stack(words[::2], -1) + 0.5, np.stack(words[1::2], -1) * (2 * np.pi / 2**32)
    radius = np.sqrt(-2 * np.log(u / 2**32))
    both = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
    return both.reshape(len(seeds), -1)[:, :size].astype(np.float32)


@dataclass(frozen=True, slots=True)
class Noise:
    """Standard normal noise for samples with the given seeds.

    Args:
        seeds: one seed a sample.
        shape: shape of one sample, without the batch dimension.
        device: where the draws are put; they are always made on the CPU so that
            every device sees the same numbers.
    """

    seeds: tuple[int, ...]
    shape: tuple[int, ...]
    device: torch.device = torch.device("cpu")
    dtype: torch.dtype = torch.float32

    def __call__(self, step: int, stream: int = 0) -> Tensor:
        """Draw number `step` of a stream: (B, *shape). Stream −1 is the initial state."""
        # float32 whatever the dtype asked for, so that every precision sees the same numbers
        drawn = normals(self.seeds, int(np.prod(self.shape, dtype=np.int64)), step, stream)
        return torch.as_tensor(drawn).reshape(len(self.seeds), *self.shape).to(device=self.device, dtype=self.dtype)

    def initial(self) -> Tensor:
        """The starting noise x_T."""
        return self(0, stream=-1)


def sample_seeds(seed: int, count: int) -> tuple[int, ...]:
    """Seeds of `count` samples: seed, seed+1, …; sample k is the same whatever the count."""
    return tuple(seed + k for k in range(count))
