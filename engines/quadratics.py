"""Density and posterior mean of a Gaussian mixture in few dimensions by products of matrices alone.

Every log-density of a component is a quadratic form of x and every posterior mean an affine one. So both are products
of small matrices of coefficients with the same few features of each point, which is many times as fast as to whiten
every point for every component.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

MOST_DIMENSIONS = 3  # dimensions in which the features are few
EXACT = 1e8  # |x|²/variance up to which rounding stays below 1e-7 in a logarithm


@dataclass(frozen=True, slots=True)
class Quadratics:
    """The coefficients at one noise level.

    logits: (K, F) of log w_k N(x; …) by feature; means: (1 + d + d², K): ones, and the offset and matrix of
    E[x0 | x, k]; least: the smallest variance.
    """

    logits: Tensor
    means: Tensor
    least: float

    @classmethod
    def of(cls, weights: Tensor, centres: Tensor, eigen: tuple[Tensor, Tensor], alpha: float, sigma: float,
           ) -> Quadratics:
        """Of Σ w_k N(m_k, V_k Λ_k V_kᵀ) at alpha, sigma; weights (K,), centres (K, d), eigen (K, d) and (K, d, d)."""
        values, vectors = eigen
        variances = alpha**2 * values + sigma**2
        precision = (vectors / variances[:, None]) @ vectors.mT
        gain = (vectors * (alpha * values / variances)[:, None]) @ vectors.mT
        pull = alpha * (precision @ centres[:, :, None])[:, :, 0]
        constant = weights.log() - ((pull * centres).sum(1) * alpha + (2 * math.pi * variances).log().sum(1)) / 2
        d = centres.shape[1]
        rows, columns = torch.triu_indices(d, d)
        squares = -precision[:, rows, columns] * torch.where(rows == columns, 0.5, 1.0).double()
        offset = centres - alpha * (gain @ centres[:, :, None])[:, :, 0]
        ones = torch.ones(len(weights), 1, dtype=torch.float64)
        return cls(torch.cat([constant[:, None], pull, squares], 1),
                   torch.cat([ones, offset, gain.flatten(1)], 1).T.contiguous(), float(variances.min()))

    def suits(self, x: Tensor) -> bool:
        """Whether points (B, d) lie so that rounding does not matter; not where one is far out or not finite."""
        return self.least > 0 and float(x.abs().max()) ** 2 < EXACT * self.least

    def log_density(self, x: Tensor) -> Tensor:
        """log p_t of points (B, d): (B,)."""
        return (self.logits @ features(x)).logsumexp(0)

    def mean(self, x: Tensor, asked: Tensor | None) -> Tensor:
        """E[x0 | x_t = x] of points (B, d): (B, d); asked: (K, B), all on one component where a point asks for it."""
        d = x.shape[1]
        shares = self.logits @ features(x)
        shares -= shares.amax(0)
        shares.exp_()
        if asked is not None:
            shares = torch.where(asked.sum(0) > 0, asked, shares)
        found = self.means @ shares  # their sum, and the offset and matrix that they weigh
        turned = (found[1 + d:].reshape(d, d, -1) * x.T).sum(1)
        return ((found[1:1 + d] + turned) / found[0]).T.contiguous()


def features(x: Tensor) -> Tensor:
    """1, x_i and x_i·x_j for i ≤ j of points (B, d): (F, B)."""
    points, d = x.T.contiguous(), x.shape[1]
    rows, columns = torch.triu_indices(d, d)
    return torch.cat([torch.ones(1, len(x), dtype=x.dtype), points, points[rows] * points[columns]])
