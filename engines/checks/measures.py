"""How far two results are apart, and how fast errors fall: what claims read off, in one place."""

from __future__ import annotations

import math
from collections.abc import Sequence

from torch import Tensor


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
