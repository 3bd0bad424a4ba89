"""Linear systems of operators that are known by what they do only: conjugate gradients, each sample by itself."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engines.process.shapes import expand

TOLERANCE = 1e-6  # of the residual, relative to the right side
MOST = 500  # iterations
Map = Callable[[Tensor], Tensor]


def ridge_solve(gram: Map, y: Tensor, ridge: float) -> Tensor:
    """(G + ridge·I)⁻¹ y for a symmetric positive semi-definite map G: (B, …) -> (B, …) (Hestenes & Stiefel 1952)."""
    x, residual, direction = torch.zeros_like(y), y, y
    size = dots(residual, residual)
    goal = TOLERANCE**2 * size
    for _ in range(MOST):
        going = size > goal
        if not bool(going.any()):
            break
        turned = gram(direction) + ridge * direction
        # samples that are done stay as they are: their directions are rounding
        step = torch.where(going, size / dots(direction, turned).clamp(min=tiny(y)), 0.0)
        x, residual = x + expand(step, x) * direction, residual - expand(step, x) * turned
        last, size = size, dots(residual, residual)
        direction = residual + expand(torch.where(going, size / last.clamp(min=tiny(y)), 0.0), x) * direction
    return x


def least_squares(forward: Map, adjoint: Map, y: Tensor) -> Tensor:
    """argmin_x ‖A x − y‖ of least norm, by CGLS from 0 (Björck 1996, section 7.4): (B, *out) -> (B, *in)."""
    residual, direction = y, adjoint(y)
    x, size = torch.zeros_like(direction), dots(direction, direction)
    goal = TOLERANCE**2 * size
    for _ in range(MOST):
        going = size > goal
        if not bool(going.any()):
            break
        seen = forward(direction)
        step = torch.where(going, size / dots(seen, seen).clamp(min=tiny(y)), 0.0)
        x, residual = x + expand(step, x) * direction, residual - expand(step, residual) * seen
        gradient = adjoint(residual)
        last, size = size, dots(gradient, gradient)
        direction = gradient + expand(torch.where(going, size / last.clamp(min=tiny(y)), 0.0), x) * direction
    return x


def dots(a: Tensor, b: Tensor) -> Tensor:
    """⟨a, b⟩ of each sample (B, …): (B,)."""
    return (a * b).flatten(1).sum(1)


def tiny(x: Tensor) -> float:
    """The smallest number of x's dtype, which a division may meet instead of 0."""
    return torch.finfo(x.dtype).tiny
