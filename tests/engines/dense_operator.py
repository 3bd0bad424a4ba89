"""Operators for tests that are known as matrices: any matrix at all, and a blur whose coefficients are complex."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engines.operators.base import LinearOperator, Spectrum


@dataclass(frozen=True, eq=False)
class DenseOperator(LinearOperator):
    """y = matrix @ x of samples (n,), for a float64 matrix (m, n); `known` says whether it tells its spectrum."""

    matrix: Tensor
    known: bool = True

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(n,)."""
        return (self.matrix.shape[1],)

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(m,)."""
        return (self.matrix.shape[0],)

    def forward(self, x: Tensor) -> Tensor:
        """A x."""
        return x @ self.matrix.to(x).T

    def adjoint(self, y: Tensor) -> Tensor:
        """Aᵀ y."""
        return y @ self.matrix.to(y)

    def spectrum(self) -> Spectrum | None:
        """Eigenvalues and eigenvectors of A Aᵀ, where they are told."""
        if not self.known:
            return None
        values, vectors = torch.linalg.eigh(self.matrix @ self.matrix.T)
        return Spectrum(values.clamp(min=0), lambda y: y @ vectors.to(y), lambda c: c @ vectors.to(c).T)


@dataclass(frozen=True, eq=False)
class RingBlur(LinearOperator):
    """The mean with the two neighbours on a ring of n numbers, by weights (kernel, 1 − 2·kernel, kernel)."""

    size: int
    kernel: float = 0.25

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(n,)."""
        return (self.size,)

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(n,)."""
        return (self.size,)

    def forward(self, x: Tensor) -> Tensor:
        """The weighted mean."""
        return (1 - 2 * self.kernel) * x + self.kernel * (x.roll(1, -1) + x.roll(-1, -1))

    def adjoint(self, y: Tensor) -> Tensor:
        """It is symmetric."""
        return self.forward(y)

    def spectrum(self) -> Spectrum:
        """That of the discrete Fourier transform, with complex coefficients."""
        turns = 2 * torch.pi * torch.arange(self.size // 2 + 1, dtype=torch.float64) / self.size
        gains = 1 - 2 * self.kernel * (1 - turns.cos())
        return Spectrum(gains.square(), lambda y: torch.fft.rfft(y, norm="ortho"),
                        lambda c: torch.fft.irfft(c, self.size, norm="ortho"))
