"""The last step of a chain as a likelihood: −log p(x0 | x_1) of a Gaussian, for continuous data and for grey levels."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

# −log p(x0 | x_1) in nats (B,) float64 of data x0 and mean (B, …), variance 0-d or of their shape
Decoder = Callable[[Tensor, Tensor, Tensor], Tensor]


def density(x0: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """Minus the log of the Gaussian's density, for data that are real numbers."""
    squares = (x0 - mean).square() / variance.to(x0.dtype)
    volume = (2 * math.pi * variance).log().expand(x0.shape)
    return (_sum(squares) + _sum(volume)) / 2


def of_levels(levels: int) -> Decoder:
    """For data that are one of evenly spaced levels from −1 to 1: minus the log of the Gaussian's mass of that level.

    The outer levels take all that is beyond them (Ho et al. 2020, eq. 13, with 256 levels).
    """
    half = 1 / (levels - 1)

    def mass(x0: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        middle = ((x0 - mean).cpu().double()).flatten(1)
        spread = variance.cpu().double().expand(x0.shape).flatten(1).sqrt()
        x = x0.cpu().double().flatten(1)
        low = torch.where(x < -1 + half, -torch.inf, (middle - half) / spread)
        high = torch.where(x > 1 - half, torch.inf, (middle + half) / spread)
        # on the side of the tail, where the difference of two numbers near 1 would be lost
        flip = low > 0
        low, high = torch.where(flip, -high, low), torch.where(flip, -low, high)
        inside = normal_below(high) - normal_below(low)
        return -inside.clamp(min=1e-300).log().sum(1)

    return mass


def normal_below(x: Tensor) -> Tensor:
    """The standard normal distribution function, to full relative precision in its lower tail."""
    return torch.erfc(-x / math.sqrt(2)) / 2


def _sum(values: Tensor) -> Tensor:
    """(B, …) -> (B,) float64 on the CPU."""
    return values.flatten(1).sum(1).cpu().double()
