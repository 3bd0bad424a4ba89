"""How far two results are apart, and how fast errors fall: what claims read off, in one place."""
# torch.searchsorted and Tensor.sort carry no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

DIRECTIONS = 8  # from which two samples are looked at


def gap(a: Tensor, b: Tensor) -> float:
    """Largest absolute difference of two tensors of one shape, in float64."""
    return float((a.double() - b.double()).abs().max())


def relative(found: Tensor, wanted: Tensor) -> float:
    """Largest difference in parts of the largest number wanted, or as it is where all of these are 0."""
    return gap(found, wanted) / (float(wanted.abs().max()) or 1.0)


def off_by(found: Tensor, wanted: Tensor) -> float:
    """Euclidean length of the difference, in parts of the length of what is wanted."""
    return length(found - wanted) / length(wanted)


def length(x: Tensor) -> float:
    """Euclidean length, of all numbers as one vector."""
    return float(x.square().sum().sqrt())


def rms(x: Tensor) -> float:
    """Root of the mean square of all numbers."""
    return float(x.square().mean().sqrt())


def order(errors: Sequence[float]) -> float:
    """By which power of the step an error falls, from the last two errors, of which the later has half the step.

    NaN where one of them is 0: no error at all, or none that can shrink, is no order.
    """
    coarse, fine = errors[-2:]
    return math.log2(coarse / fine) if min(coarse, fine) > 0 else math.nan


def kolmogorov_smirnov(a: Tensor, b: Tensor) -> float:
    """The largest gap of the distribution functions of two samples (N, 2), seen from several directions.

    It is the statistic of Kolmogorov and Smirnov, between 0 and 1.
    """
    return max(furthest(a @ way, b @ way) for way in directions())


def directions() -> list[Tensor]:
    """Unit vectors (2,), evenly around half a circle."""
    angles = torch.arange(DIRECTIONS, dtype=torch.float64) * math.pi / DIRECTIONS
    return list(torch.stack([angles.cos(), angles.sin()], 1))


def furthest(a: Tensor, b: Tensor) -> float:
    """The largest gap of the distribution functions of two samples of numbers (N,) and (M,)."""
    a, b, at = a.sort().values, b.sort().values, torch.cat([a, b]).sort().values
    return float((below(a, at) - below(b, at)).abs().max())


def below(ordered: Tensor, at: Tensor) -> Tensor:
    """The share of increasing numbers (N,) that is at most each of some others (M,)."""
    return torch.searchsorted(ordered, at, right=True) / len(ordered)
