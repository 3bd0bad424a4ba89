"""What Gaussians cost: how far one is from another, and how unlikely data are under one; of every coordinate."""
# torch.special carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math

import torch
from torch import Tensor


def kl(error: Tensor, log_p: Tensor, log_q: Tensor) -> Tensor:
    """KL(N(m, q) || N(m + error, p)) of every coordinate in nats, given the logarithms of both variances."""
    return (log_p - log_q + (log_q - log_p).exp() + error.square() * (-log_p).exp() - 1) / 2


def surprise(error: Tensor, log_p: Tensor, x0: Tensor, grain: float) -> Tensor:
    """−log p(x0) of every coordinate in nats, for a Gaussian whose mean is off by `error` (mean − x0).

    grain: 0 for a density; above, x0 is rounded to multiples of it, and p is the mass of the Gaussian between the
    middles to its neighbours, to infinity at ±1 (Ho et al. 2020, eq. 13).
    """
    if not grain:
        return (error.square() * (-log_p).exp() + log_p + math.log(2 * math.pi)) / 2
    scale = (-log_p / 2).exp()
    upper, lower = (grain / 2 - error) * scale, (-grain / 2 - error) * scale
    # from the nearer tail: there logarithms of both ends are exact, however far out
    far, near = torch.where(error > 0, lower, -upper), torch.where(error > 0, upper, -lower)
    end = torch.special.log_ndtr(near)
    middle = end + (-(torch.special.log_ndtr(far) - end).expm1()).log()
    outer = torch.where(x0 >= 1 - grain / 4, torch.special.log_ndtr(-lower), torch.special.log_ndtr(upper))
    return -torch.where(x0.abs() >= 1 - grain / 4, outer, middle)
