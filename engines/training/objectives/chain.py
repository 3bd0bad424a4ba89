"""The Markov chain behind the bound: its variances, its divergences, and the density of the data at its end."""
# torch.special carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math

import torch
from torch import Tensor

from engines.process.paths import Path
from engines.process.shapes import expand


def before(path: Path, t: Tensor, steps: int) -> Tensor:
    """The end s of the chain's step from t, a length of t_max/steps below, and 0 at least; of t's shape."""
    return (t - path.t_max / steps).clamp(min=0)


def on_chain(path: Path, t: Tensor, steps: int) -> Tensor:
    """Even times from (0, t_max) as those of the chain, t_max/steps, 2 t_max/steps, …, t_max."""
    length = path.t_max / steps
    return ((t / length).ceil().clamp(1, steps) * length).clamp(max=path.t_max)


def log_variances(path: Path, s: Tensor, t: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    """log of beta-tilde and of beta, of the step from t to s: both of t's shape.

    The last step has no beta-tilde: it is given that of the step before it, as the paper does.
    """
    least = torch.full_like(s, path.t_max / steps)
    first = s <= 0
    # the step before ends one length above 0
    u, v = torch.where(first, 2 * least, t).clamp(max=path.t_max), torch.where(first, least, s)
    tilde = path.transition(v, u)[1] * path.sigma(v).square() / path.sigma(u).square()
    return tilde.log(), path.transition(s, t)[1].log()


def posterior_mean(path: Path, x: Tensor, x0: Tensor, s: Tensor, t: Tensor) -> Tensor:
    """The mean of q(x_s | x_t = x, x0) of states and data (B, …) for times (B,), s < t (Ho et al. 2020, eq. 7)."""
    factor, beta = path.transition(s, t)
    sigma2_t = path.sigma(t).square()
    return (expand(factor * path.sigma(s).square() / sigma2_t, x) * x
            + expand(path.alpha(s) * beta / sigma2_t, x) * x0)


def divergence(error: Tensor, log_p: Tensor, log_q: Tensor) -> Tensor:
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
