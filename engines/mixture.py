"""Gaussian mixtures, for which everything a diffusion model estimates is known exactly.

All results are float64 and use the eigenbasis of each covariance, in which adding noise only shifts eigenvalues.
"""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from engines.errors import BadInput
from engines.quadratics import MOST_DIMENSIONS, Quadratics

MANY = 24  # components from which on quadratic forms are quicker than whitening
CACHED = 2**18  # numbers that the cache of a processor holds


@dataclass(frozen=True)
class Mixture:
    """Σ_k w_k N(m_k, C_k) in d dimensions.

    Args:
        weights: (K,) positive, normalised on construction.
        means: (K, d).
        covariances: (K, d, d) symmetric, positive semi-definite.

    Raises BadInput when the shapes disagree.
    """

    weights: Tensor
    means: Tensor
    covariances: Tensor

    def __post_init__(self) -> None:
        """Check the shapes and bring the weights to a sum of one."""
        k, d = self.means.shape
        if self.weights.shape != (k,) or self.covariances.shape != (k, d, d):
            raise BadInput(f"A mixture of {k} in {d} dimensions needs {k} weights and covariances {(k, d, d)}, "
                           f"not {tuple(self.weights.shape)} and {tuple(self.covariances.shape)}.")
        weights = self.weights.double()
        object.__setattr__(self, "weights", weights / weights.sum())
        object.__setattr__(self, "means", self.means.double())
        object.__setattr__(self, "covariances", self.covariances.double())

    @property
    def dimension(self) -> int:
        """d."""
        return self.means.shape[1]

    @cached_property
    def _eigen(self) -> tuple[Tensor, Tensor]:
        """Eigenvalues (K, d), clamped at 0, and eigenvectors (K, d, d) in columns."""
        values, vectors = torch.linalg.eigh(self.covariances)
        # rounding may put an eigenvalue of a singular posterior below 0
        return values.clamp(min=0), vectors

    @cached_property
    def singular(self) -> bool:
        """Whether some component has no spread in some direction, up to rounding."""
        values = self._eigen[0]
        return bool((values <= _rounding(values)).any())

    def mean(self) -> Tensor:
        """(d,)."""
        return self.weights @ self.means

    def covariance(self) -> Tensor:
        """(d, d): within plus between the components."""
        offsets = self.means - self.mean()
        return torch.einsum("k,kij->ij", self.weights, self.covariances) + (self.weights * offsets.T) @ offsets

    def noised(self, alpha: float, sigma: float) -> Mixture:
        """The distribution of alpha·x0 + sigma·eps, p_t for alpha(t), sigma(t): a mixture of the same weights."""
        identity = torch.eye(self.dimension, dtype=torch.float64)
        return Mixture(self.weights, alpha * self.means, alpha**2 * self.covariances + sigma**2 * identity)

    def sample(self, count: int, seed: int = 0) -> Tensor:
        """(count, d) exact samples; the same seed gives the same samples."""
        return self.labelled(count, seed)[0]

    def labelled(self, count: int, seed: int = 0) -> tuple[Tensor, Tensor]:
        """Exact samples (count, d), and the component (count,) that each came from."""
        return self.marked(count, torch.Generator().manual_seed(seed))

    def marked(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """`labelled` with all chance from the generator."""
        k = torch.multinomial(self.weights, count, replacement=True, generator=generator)
        z = torch.randn(count, self.dimension, generator=generator, dtype=torch.float64)
        values, vectors = self._eigen
        # x = m_k + V_k Λ_k^½ z: unlike a Cholesky factor it allows directions without any spread
        return self.means[k] + torch.einsum("nij,nj->ni", vectors[k], values[k].sqrt() * z), k

    def log_density(self, x: Tensor, alpha: Tensor | float = 1.0, sigma: Tensor | float = 0.0) -> Tensor:
        """log p_t(x) for x (B, d) -> (B,); alpha and sigma scalar or (B,), by default those of data.

        At sigma = 0 every covariance must be regular, here and in all that follows from the density: a singular
        one has none. Raises BadInput.
        """
        forms = self._forms(x, alpha, sigma)
        if forms is not None:
            return torch.cat([forms.log_density(x[p].double()) for p in self._slices(len(x))])
        return self._in_parts(lambda seen, _: self._log_joint(seen).logsumexp(dim=0), x, alpha, sigma)

    def log_joint(self, x: Tensor, alpha: Tensor | float = 1.0, sigma: Tensor | float = 0.0) -> Tensor:
        """log p_t(x, component): (B, K); its sum over the components in logarithms is `log_density`."""
        return self._in_parts(lambda seen, _: self._log_joint(seen).T, x, alpha, sigma)

    def responsibilities(self, x: Tensor, alpha: Tensor | float = 1.0, sigma: Tensor | float = 0.0) -> Tensor:
        """p(component | x_t = x): (B, K)."""
        return self._in_parts(lambda seen, _: self._chosen(seen).T, x, alpha, sigma)

    def denoise(self, x: Tensor, alpha: Tensor | float, sigma: Tensor | float, cond: Tensor | None = None) -> Tensor:
        """E[x0 | x_t = x], (B, d); cond (B,) names a component each, −1 for any."""
        forms = self._forms(x, alpha, sigma)
        if forms is None:
            return self._in_parts(self._denoised, x, alpha, sigma, cond)
        return torch.cat([forms.mean(x[p].double(), None if cond is None else self._asked(cond[p]))
                          for p in self._slices(len(x))])

    def _forms(self, x: Tensor, alpha: Tensor | float, sigma: Tensor | float) -> Quadratics | None:
        """What is known of points (B, d) by products of matrices, None where that is no gain or not possible: for a few
        components, in many dimensions, at several noise levels, for points so far out that it would be inexact."""
        a, s = (torch.as_tensor(v, dtype=torch.float64) for v in (alpha, sigma))
        if len(self.weights) < MANY or self.dimension > MOST_DIMENSIONS or a.numel() > 1 or s.numel() > 1:
            return None
        if not len(x) or x.requires_grad:  # it works in place
            return None
        forms = Quadratics.of(self.weights, self.means, self._eigen, float(a), float(s))
        return forms if forms.suits(x.double()) else None

    def _slices(self, count: int) -> list[slice]:
        size = max(CACHED // len(self.weights), 64)
        return [slice(first, first + size) for first in range(0, count, size)]

    def _asked(self, cond: Tensor) -> Tensor:
        """(K, B): 1 at the component that cond (B,) names, where it names one."""
        named = torch.nn.functional.one_hot(cond.clamp(min=0), len(self.weights)).double()
        return (named * (cond >= 0)[:, None]).T

    def _denoised(self, seen: _Whitened, cond: Tensor | None) -> Tensor:
        chosen = self._chosen(seen, cond)
        # E[x0 | x_t] = Σ_k p(k | x_t) E[x0 | x_t, k] with E[x0 | x_t, k] as in `_each`; the sum over k and the
        # rotation out of each eigenbasis are one product of matrices
        inner = seen.gain(self._eigen[0]) * seen.coefficients * chosen[:, None]
        turned = self._eigen[1].transpose(0, 1).flatten(1) @ inner.flatten(0, 1)
        return (self.means.T @ chosen + turned).T.contiguous()

    def jacobian(self, x: Tensor, alpha: Tensor | float, sigma: Tensor | float, cond: Tensor | None = None) -> Tensor:
        """∂E[x0 | x_t = x]_i / ∂x_j, (B, d, d), which is (alpha/sigma²)·Cov[x0 | x_t = x]; arguments as `denoise`.

        The identity is Tweedie's of the second order (Efron 2011); the formula here needs no division by sigma².
        """
        return self._in_parts(self._jacobian, x, alpha, sigma, cond)

    def _jacobian(self, seen: _Whitened, cond: Tensor | None) -> Tensor:
        values, vectors = self._eigen
        chosen = self._chosen(seen, cond)
        # within the components: Σ_k p(k | x_t) V_k diag(gain) V_kᵀ
        gains = chosen[:, None] * seen.gain(values)
        within = torch.einsum("kij,kjb,klj->bil", vectors, gains, vectors)
        # between them: ∇p(k | x_t) = p(k | x_t)(g_k − Σ p g), with g_k the score of component k
        offsets, scores = self._offsets(seen, chosen), self._scores(seen)
        return within + torch.einsum("kb,kib,klb->bil", chosen, offsets, scores)

    def trace(self, x: Tensor, alpha: Tensor | float, sigma: Tensor | float, cond: Tensor | None = None) -> Tensor:
        """The trace of `jacobian`, (B,), without the matrices; (alpha·trace − d)/sigma² is ∇·score."""
        return self._in_parts(self._trace, x, alpha, sigma, cond)

    def _trace(self, seen: _Whitened, cond: Tensor | None) -> Tensor:
        chosen = self._chosen(seen, cond)
        between = (self._offsets(seen, chosen) * self._scores(seen)).sum(1)
        return (chosen * (seen.gain(self._eigen[0]).sum(1) + between)).sum(0)

    def score(self, x: Tensor, alpha: Tensor | float = 1.0, sigma: Tensor | float = 0.0) -> Tensor:
        """∇ log p_t(x) = Σ_k p(k | x_t) g_k, (B, d), without the division by sigma² of Tweedie's formula."""
        return self._in_parts(lambda seen, _: (self._chosen(seen)[:, None] * self._scores(seen)).sum(0).T.contiguous(),
                              x, alpha, sigma)

    def posterior(self, operator: Tensor, y: Tensor, sigma_y: float = 0.0) -> Mixture:
        """The distribution of x0 given y = A x0 + sigma_y·n: again a mixture.

        Args:
            operator: the matrix A (m, d).
            y: (m,).
            sigma_y: ≥ 0; rows of A that say nothing are allowed even at 0.

        Returns:
            w_k' ∝ w_k N(y; A m_k, S_k), m_k' = m_k + G_k(y − A m_k), C_k' = C_k − G_k A C_k
            with S_k = A C_k Aᵀ + sigma_y² I and G_k = C_k Aᵀ S_k⁺.
        """
        a, y = operator.double(), y.double()
        noise = sigma_y**2 * torch.eye(len(y), dtype=torch.float64)
        # evidence of component k: y ~ N(A m_k, S_k)
        s = a @ self.covariances @ a.T + noise
        # pseudo-inverse: a row of zeros (a masked pixel) measured without noise makes S singular
        inverse = torch.linalg.pinv(s, hermitian=True)
        gain = self.covariances @ a.T @ inverse
        residual = y - self.means @ a.T
        covariances = self.covariances - gain @ a @ self.covariances
        # new weights in logarithms, as far components underflow; the power of 2π common to all k cancels
        fit = torch.einsum("ki,kij,kj->k", residual, inverse, residual)
        logits = self.weights.log() - (fit + _log_volume(s)) / 2
        # eigh reads one triangle only, so the rounding of C − G A C must not differ between the two
        symmetric = (covariances + covariances.mT) / 2
        return Mixture(logits.softmax(0), self.means + (gain @ residual[:, :, None])[..., 0], symmetric)

    def _in_parts(self, rule: Callable[[_Whitened, Tensor | None], Tensor], x: Tensor, alpha: Tensor | float,
                  sigma: Tensor | float, cond: Tensor | None = None) -> Tensor:
        """What a rule gives for points x (B, d), a part of them after the other, with the points in front: (B, …)."""
        # scalar or (B,) -> (1 or B,): broadcasts over components and coordinates
        a, s = (torch.as_tensor(v, dtype=torch.float64).reshape(-1) for v in (alpha, sigma))
        k, d = self.means.shape
        # hundreds of components are four times as fast within the cache; in many dimensions large products count more
        size = max(CACHED // (k * d), 64 * d)
        if len(x) <= size:
            return rule(self._whiten(x, a, s), cond)
        parts = [slice(first, first + size) for first in range(0, len(x), size)]
        return torch.cat([rule(self._whiten(x[p], a if len(a) == 1 else a[p], s if len(s) == 1 else s[p]),
                               None if cond is None else cond[p]) for p in parts])

    def _whiten(self, x: Tensor, a: Tensor, s: Tensor) -> _Whitened:
        """x − alpha·m_k in eigenbasis k, for alpha and sigma (1 or B,)."""
        if self.singular and bool((s == 0).any()):
            raise BadInput("A mixture with a singular covariance has no density without noise; give each component "
                           "some spread in every direction, or add noise.")
        values, vectors = self._eigen
        # ten thousand points of the plane are ten times as fast as with the points in front
        offsets = x.double().T.contiguous() - a * self.means[:, :, None]
        return _Whitened(vectors.mT @ offsets, a.square() * values[:, :, None] + s.square(), a)

    def _log_joint(self, seen: _Whitened) -> Tensor:
        """log w_k N(x; alpha·m_k, C_k(t)): (K, B)."""
        exponent = (seen.coefficients.square() / seen.variances).sum(1) + (2 * math.pi * seen.variances).log().sum(1)
        return self.weights.log()[:, None] - exponent / 2

    def _chosen(self, seen: _Whitened, cond: Tensor | None = None) -> Tensor:
        """p(k | x_t), (K, B): all on the component that cond (B,) names, where it names one."""
        free = self._log_joint(seen).softmax(dim=0)
        if cond is None:
            return free
        return torch.where(cond >= 0, self._asked(cond), free)

    def _each(self, seen: _Whitened) -> Tensor:
        """E[x0 | x_t, k] = m_k + alpha C_k (alpha² C_k + sigma² I)⁻¹ (x_t − alpha m_k), diagonal in V_k: (K, d, B)."""
        values, vectors = self._eigen
        return self.means[:, :, None] + vectors @ (seen.gain(values) * seen.coefficients)

    def _offsets(self, seen: _Whitened, chosen: Tensor) -> Tensor:
        """E[x0 | x_t, k] − E[x0 | x_t]: (K, d, B)."""
        each = self._each(seen)
        return each - (chosen[:, None] * each).sum(0)

    def _scores(self, seen: _Whitened) -> Tensor:
        """g_k = −(alpha² C_k + sigma² I)⁻¹ (x − alpha m_k): (K, d, B)."""
        return -(self._eigen[1] @ (seen.coefficients / seen.variances))


@dataclass(frozen=True, slots=True)
class _Whitened:
    """Points in the eigenbasis of each component; the points come last, so that they lie side by side in memory.

    coefficients: (K, d, B); variances: noised eigenvalues (K, d, 1 or B); alpha: (1 or B,).
    """

    coefficients: Tensor
    variances: Tensor
    alpha: Tensor

    def gain(self, values: Tensor) -> Tensor:
        """alpha λ / (alpha² λ + sigma²) for eigenvalues (K, d): (K, d, 1 or B)."""
        return self.alpha * values[:, :, None] / self.variances


def gaussian(mean: Tensor, covariance: Tensor) -> Mixture:
    """One Gaussian with mean (d,) and covariance (d, d)."""
    return Mixture(torch.ones(1), mean[None], covariance[None])


def rounds(weights: Tensor, means: Tensor, variance: float) -> Mixture:
    """Round Gaussians of one variance at means (K, d)."""
    k, d = means.shape
    return Mixture(weights, means, (variance * torch.eye(d, dtype=torch.float64)).expand(k, d, d))


def _log_volume(matrices: Tensor) -> Tensor:
    """log of the product of the non-zero eigenvalues: (K, m, m) -> (K,)."""
    values = torch.linalg.eigvalsh(matrices)
    return torch.where(values > _rounding(values), values, 1.0).log().sum(dim=1)


def _rounding(values: Tensor) -> Tensor:
    """Below what eigenvalues (K, d) cannot be told from 0: (K, 1); as pinv does by default, and leaves out the same."""
    return values.amax(dim=1, keepdim=True) * values.shape[1] * torch.finfo(values.dtype).eps
