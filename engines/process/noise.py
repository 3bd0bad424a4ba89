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

Numbers = np.ndarray[Any, np.dtype[np.float32]]
Doubles = np.ndarray[Any, np.dtype[np.float64]]
Words = np.ndarray[Any, np.dtype[np.uint64]]
ROUNDS, LOW, BITS = 10, np.uint64(0xFFFFFFFF), np.uint64(32)
MULTIPLIERS = np.array([0xCD9E8D57, 0xD2511F53], np.uint64)  # of the third and the first word
NO_SEED = -1  # of a sample that begins with something given, and of which no draw is made
TILE = 2**14  # blocks of four numbers that are drawn at once, so that their arrays stay small
CLOSE = 16  # units in the last place of float64, many times what sines may differ by
WEYL = np.array([0x9E3779B9, 0xBB67AE85], np.uint64)  # what each round adds to the key


def philox(counter: tuple[Words, Words, Words, Words], key: tuple[Words, Words]) -> tuple[Words, Words, Words, Words]:
    """Four random 32-bit words for each counter of four words and key of two; all uint64 arrays that broadcast."""
    shape = np.broadcast_shapes(*(word.shape for word in (*counter, *key)))
    # the words that are multiplied, and those that are not, side by side and in place: a round is five passes over both
    mixed, kept, product = (np.empty((2, *shape), np.uint64) for _ in range(3))
    mixed[0], kept[0], mixed[1], kept[1] = counter
    keys, unit = np.stack(np.broadcast_arrays(*key)), (2, *[1] * len(shape))
    multipliers, weyl = MULTIPLIERS.reshape(unit), WEYL.reshape(unit)
    for _ in range(ROUNDS):
        np.multiply(mixed[::-1], multipliers, out=product)
        np.right_shift(product, BITS, out=mixed)
        np.bitwise_xor(mixed, kept, out=mixed)
        np.bitwise_xor(mixed, keys, out=mixed)
        np.bitwise_and(product, LOW, out=kept)
        keys = (keys + weyl) & LOW
    return mixed[0], kept[0], mixed[1], kept[1]


def normals(seeds: tuple[int, ...], size: int, step: int, stream: int) -> Numbers:
    """Standard normal numbers (len(seeds), size) float32 of a draw; seeds from 0 to 2⁶⁴ − 1."""
    blocks = -(-size // 4)
    drawn, rows = np.empty((len(seeds), blocks, 2, 2), np.float32), max(1, TILE // max(1, blocks))
    for first in range(0, len(seeds), rows):
        part = slice(first, first + rows)
        _draw(drawn[part], np.array(seeds[part], dtype=np.uint64)[:, None], step, stream)
    return np.ascontiguousarray(drawn.reshape(len(seeds), 4 * blocks)[:, :size])


def _draw(drawn: Numbers, seeds: Words, step: int, stream: int) -> None:
    """Fill drawn (B, blocks, 2, 2) with the numbers of seeds (B, 1): Box & Muller 1958."""
    blocks: Words = np.arange(drawn.shape[1], dtype=np.uint64)[None, :]
    of_step, of_stream, zero = (np.full((1, 1), number % 2**32, np.uint64) for number in (step, stream, 0))
    words = philox((blocks, of_step, of_stream, zero), (seeds & LOW, seeds >> BITS))
    radius, angle = np.empty((2, 2, *drawn.shape[:2]))
    for half in (0, 1):
        # half a step above 0, where the logarithm is infinite
        np.add(words[2 * half], 0.5, out=radius[half])
        np.multiply(words[2 * half + 1], 2 * np.pi / 2**32, out=angle[half])
    np.divide(radius, 2**32, out=radius)
    np.log(radius, out=radius)
    np.multiply(radius, -2, out=radius)
    np.sqrt(radius, out=radius)
    for to, (fast, exact) in zip(drawn.transpose(3, 2, 0, 1), ((torch.cos, np.cos), (torch.sin, np.sin)), strict=True):
        found = fast(torch.as_tensor(angle)).numpy()
        np.multiply(found, radius, out=found)
        close = tied(found)
        if close.any():
            found[close] = radius[close] * exact(angle[close])
        to[...] = found


def tied(x: Doubles) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which float64 numbers are so close to the middle of two float32 numbers that their last bits decide between them.

    Draws have the bits of NumPy's sine. Torch's takes a fifth of the time, and in float32 only these may differ.
    """
    # float64 has 29 bits more, and in the middle just the first of them is 1
    return ((x.view(np.int64) + (CLOSE - 2**28)) & (2**29 - 1)) <= 2 * CLOSE


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
