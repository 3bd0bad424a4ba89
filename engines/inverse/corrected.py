"""What methods have in common that correct the estimate of the data towards a linear measurement, level by level."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from engines.denoiser import Contribution, Denoised, Denoiser, joined
from engines.inverse.base import Measurement
from engines.operators.base import LinearOperator
from engines.process.paths import Path


def pulled_back(operator: LinearOperator, residual: Tensor, ridge: float) -> Tensor:
    """Aᵀ(A Aᵀ + ridge·I)⁻¹ of residuals (B, *shape_out), and its limit A⁺ for a ridge of 0: (B, *shape_in).

    Added to x0 with the residual y − A x0 it is argmin_z ‖A z − y‖² + ridge·‖z − x0‖²: `LinearOperator.prox` without
    the sum, so that the change keeps its digits where it is small beside x0.
    """
    return operator.pinv(residual) if ridge == 0 else operator.adjoint(operator.solve(residual, ridge))


def left_variance(path: Path, t: Tensor, spread: float) -> float:
    """r_t² = sigma²·spread² / (sigma² + alpha²·spread²), at a time t (0-d).

    The variance of every number of x0 that x_t leaves, where data are independent normal numbers of standard
    deviation `spread` (Song et al. 2023, section 3.3, for 1).
    """
    alpha, sigma = float(path.alpha(t)), float(path.sigma(t))
    return (sigma * spread) ** 2 / (sigma**2 + (alpha * spread) ** 2)


def by_level(work: Callable[[Tensor, Tensor, Tensor | None, slice], Denoised], x: Tensor, t: Tensor,
             cond: Tensor | None) -> Denoised:
    """`work(x, t, cond, part)` of the whole batch at its one time (0-d), or of each sample at its own.

    Args:
        work: is given which part of the batch it is asked about, for what it knows of each sample itself.
        x, t, cond: as a `Denoiser` takes them.
    """
    if t.ndim == 0 or bool((t == t[0]).all()):
        return work(x, t if t.ndim == 0 else t[0], cond, slice(0, len(x)))
    parts = [slice(k, k + 1) for k in range(len(x))]
    return joined([work(x[p], t[p][0], None if cond is None else cond[p], p) for p in parts])


class Corrected(Denoiser):
    """A prior whose x0_hat a measurement corrects by a rule of its own, without a gradient.

    The correction is reported as the contribution "likelihood", and x0 holds it: so every sampler moves by it.

    Args:
        prior: the denoiser, itself guided or not.
        measurement: of a linear operator; raises BadInput for another one.
        path: the process, which says how far x0_hat can be trusted at a time.
    """

    def __init__(self, prior: Denoiser, measurement: Measurement, path: Path) -> None:
        self.prior = prior
        self.operator = measurement.linear
        self.measurement = measurement
        self.path = path

    @abstractmethod
    def ridge(self, t: Tensor) -> float:
        """How much x0_hat counts beside the measurement at a time t (0-d), as for `pulled_back`."""

    def calls(self, cond: Tensor | None = None) -> int:
        """The prior's."""
        return self.prior.calls(cond)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The prior's estimate, corrected."""
        return by_level(self._corrected, x, t, cond)

    def _corrected(self, x: Tensor, t: Tensor, cond: Tensor | None, part: slice) -> Denoised:
        found = self.prior.denoise(x, t, cond)
        change = pulled_back(self.operator, self.measurement.of(part).residual(found.x0), self.ridge(t))
        return told(found, change)


def told(found: Denoised, change: Tensor) -> Denoised:
    """What a prior found, with a change of x0_hat by the measurement: its contribution comes last."""
    return replace(found, x0=found.x0 + change,
                   contributions=(*found.contributions, Contribution("likelihood", change)))
