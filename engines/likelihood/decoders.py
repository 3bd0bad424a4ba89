"""The last step of a chain as a likelihood: −log p(x0 | x_1) of a Gaussian, for continuous data and for grey levels."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from engines.likelihood.gaussians import surprise

# −log p(x0 | x_1) in nats (B,) float64 of data x0 and mean (B, …), variance 0-d or of their shape
Decoder = Callable[[Tensor, Tensor, Tensor], Tensor]


def density(x0: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """Minus the log of the Gaussian's density, for data that are real numbers."""
    return _surprised(x0, mean, variance, 0.0)


def of_levels(levels: int) -> Decoder:
    """For data that are one of evenly spaced levels from −1 to 1: minus the log of the Gaussian's mass of that level.

    The outer levels take all that is beyond them (Ho et al. 2020, eq. 13, with 256 levels).
    """
    return lambda x0, mean, variance: _surprised(x0, mean, variance, 2 / (levels - 1))


def _surprised(x0: Tensor, mean: Tensor, variance: Tensor, grain: float) -> Tensor:
    """`surprise` of whole samples, (B,), in float64, which not every device has."""
    x = x0.cpu().double()
    return surprise(mean.cpu().double() - x, variance.cpu().double().log(), x, grain).flatten(1).sum(1)
