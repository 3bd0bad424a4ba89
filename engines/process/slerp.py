"""Slerp: between two states of noise along the sphere that noise lies on (Shoemake 1985)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

PARALLEL = 1e-6  # rad between directions that count as one


def slerp(a: Tensor, b: Tensor, share: float) -> Tensor:
    """The state at a share in [0, 1] of the way from a to b (any one shape), on the arc between their directions.

    The norm changes evenly from that of a to that of b: in high dimensions all noise has nearly the same, and a
    straight line would pass through states of less, which no sampler begins with. Opposite directions have no one
    arc between them; it is then one that depends on a alone.
    """
    long, other = _norm(a), _norm(b)
    if min(long, other) == 0:
        return torch.lerp(a, b, share)
    start, towards = a / long, b / other
    along = float((start * towards).sum().clamp(-1, 1))
    across = towards - along * start
    angle = math.atan2(_norm(across), along)
    if angle < PARALLEL:
        return torch.lerp(a, b, share)
    if math.pi - angle < PARALLEL:
        across = _across(start)
    across = across / _norm(across)
    return (long + share * (other - long)) * (math.cos(share * angle) * start + math.sin(share * angle) * across)


def linear(a: Tensor, b: Tensor, share: float) -> Tensor:
    """The state at a share of the straight line from a to b, which has less noise in the middle."""
    return torch.lerp(a, b, share)


def _norm(x: Tensor) -> float:
    return float(x.square().sum().sqrt())


def _across(start: Tensor) -> Tensor:
    """A direction at a right angle to a unit one: of its smallest coordinate, less what lies along."""
    axis = torch.zeros_like(start)
    axis.view(-1)[int(start.abs().argmin())] = 1
    return axis - (axis * start).sum() * start
