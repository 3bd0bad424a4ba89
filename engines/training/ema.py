"""Exponential moving average of weights, with the warm-up that forgets the random start."""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
from torch import nn

N = TypeVar("N", bound=nn.Module)


def ema_decay(step: int, decay: float) -> float:
    """Decay of update number `step` (from 0): min(decay, (1+step)/(10+step)).

    A constant 0.999 would still hold more than a third of the random start after 1,000 updates; this
    warm-up, customary since TensorFlow's moving average, has forgotten it after a few dozen.
    """
    return min(decay, (1 + step) / (10 + step))


def ema_copy(network: N) -> N:
    """A frozen copy of the network in evaluation mode that will hold the average."""
    return copy.deepcopy(network).eval().requires_grad_(False)


@torch.no_grad()
def ema_update(average: nn.Module, network: nn.Module, step: int, decay: float) -> None:
    """average ← d·average + (1−d)·network, in place, with d = ema_decay(step, decay)."""
    weight = 1 - ema_decay(step, decay)
    # parameters are all there is: GroupNorm keeps no running statistics
    for mean, value in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(value, weight)
