"""Tweedie's formula, for tensors and for recorded arrays alike; importing it brings no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

# the window computes these of recorded arrays on its own thread, which must never wait for torch
X = TypeVar("X", "Tensor", "np.ndarray[Any, np.dtype[Any]]")


def eps_of(x: X, x0: X, alpha: X | float, sigma: X | float) -> X:
    """The noise estimate (x − alpha·x0_hat)/sigma; sigma must be above 0."""
    return (x - alpha * x0) / sigma


def score_of(x: X, x0: X, alpha: X | float, sigma: X | float) -> X:
    """∇ log p_t(x) = (alpha·x0_hat − x)/sigma² (Tweedie); sigma must be above 0."""
    return (alpha * x0 - x) / (sigma * sigma)
