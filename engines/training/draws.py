"""What chance decides in a training step, as a pure function of (seed, step)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.denoiser import NO_CLASS
from engines.process.paths import Path


@dataclass(frozen=True, slots=True)
class Draws:
    """Chance of one batch: times (B,) float64, noise (B, …), and whether each label is dropped (B,).

    probe: directions (B, P, …) in which an objective that asks for them looks at a derivative.
    """

    t: Tensor
    eps: Tensor
    dropped: Tensor
    probe: Tensor | None = None

    def cond(self, labels: Tensor) -> Tensor:
        """Labels (B,) as the network gets them: NO_CLASS where they are dropped."""
        return labels.masked_fill(self.dropped, NO_CLASS)


def generator(seed: int, step: int, purpose: str) -> torch.Generator:
    """A CPU generator that depends on nothing but its arguments."""
    digest = hashlib.blake2b(f"{seed}/{step}/{purpose}".encode(), digest_size=8).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "little") >> 1)


def draw(seed: int, step: int, shape: tuple[int, ...], path: Path, class_dropout: float) -> Draws:
    """Times, noise and dropped labels of step `step` for a batch of this shape.

    Times are stratified, one in each of B equal intervals of (0, t_max), which lowers
    the variance of the loss (Kingma et al. 2021, appendix I.1).
    """
    source = generator(seed, step, "train")
    count = shape[0]
    # one random offset for the whole batch, then equal strides: every noise level is met in every step
    u = (torch.rand(1, generator=source, dtype=torch.float64) + torch.arange(count) / count) % 1
    # shuffled, or the first image of a batch would always get the least noise; t = 0 has no target for eps
    t = path.t_max * u[torch.randperm(count, generator=source)].clamp(min=1e-5)
    # a network that at times goes without its label also learns the free model that guidance subtracts
    dropped = torch.rand(count, generator=source) < class_dropout
    return Draws(t, torch.randn(shape, generator=source), dropped)
