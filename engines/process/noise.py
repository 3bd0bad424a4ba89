"""Noise that depends only on (seed, sample, step), never on the batch or on what ran before.

Because nothing is carried from draw to draw, resuming or branching at any step
needs no generator state: step k always asks for draw k.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor


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
        draws = [self._one(seed, step, stream) for seed in self.seeds]
        return torch.stack(draws).to(device=self.device, dtype=self.dtype)

    def initial(self) -> Tensor:
        """The starting noise x_T."""
        return self(0, stream=-1)

    def _one(self, seed: int, step: int, stream: int) -> Tensor:
        # a hash, not a sum: seed 7 at step 3 must share nothing with seed 8 at step 2
        digest = hashlib.blake2b(f"{seed}/{step}/{stream}".encode(), digest_size=8).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest, "little") >> 1)
        # float32 whatever the dtype asked for: a float64 draw of the same generator is another sequence
        return torch.randn(self.shape, generator=generator, dtype=torch.float32)


def sample_seeds(seed: int, count: int) -> tuple[int, ...]:
    """Seeds of `count` samples: seed, seed+1, …; sample k is the same whatever the count."""
    return tuple(seed + k for k in range(count))
