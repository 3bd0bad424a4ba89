"""One Gaussian by maximum likelihood, and the least variance that any fitted component keeps."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.counted import counted
from engines.errors import BadInput


def fit_gaussian(points: Tensor, floor: float = 0.0) -> Mixture:
    """The Gaussian of maximum likelihood (Bishop 2006, eq. 2.121 and 2.122): the mean, and the covariance over N.

    Args:
        points: (N, d), finite.
        floor: least variance in any direction, as for `floored`.

    Raises BadInput for no points, or points that are not finite.
    """
    data = checked(points, 1)
    return floored(moments(data, torch.ones(len(data), 1, dtype=torch.float64)), floor)


def checked(points: Tensor, components: int) -> Tensor:
    """Points (N, d) as float64; raises BadInput when there are fewer than components, or when they are not finite."""
    if components < 1:
        raise BadInput(f"A mixture cannot have {components} components; choose 1 or more.")
    if points.ndim != 2 or not points.shape[1]:
        raise BadInput(f"Points come as a table with a row for each, not in the shape {tuple(points.shape)}.")
    count = len(points)
    if count < components:
        raise BadInput(f"{counted(components, 'component')} cannot be fitted to {counted(count, 'point')}; "
                       + (f"choose {count} or fewer." if count else "give it points first."))
    # the square of a number beyond 1e150 is infinite, and with it every variance
    bad = int((~(points.abs() <= 1e150)).any(1).sum())
    if bad:
        raise BadInput(f"{counted(bad, 'point')} of {count:,} cannot be fitted: not finite, or larger than 1e150; "
                       "leave such points out.")
    return points.detach().double()


def moments(points: Tensor, shares: Tensor) -> Mixture:
    """The mixture that maximises E_q[log p(x, k)] for shares q (N, K) of points (N, d): the M step.

    w_k = N_k/N, m_k = Σ q x/N_k, C_k = Σ q (x − m_k)(x − m_k)ᵀ/N_k with N_k = Σ q > 0
    (Bishop 2006, eq. 9.24 to 9.26).
    """
    counts = shares.sum(0)
    means = (shares.T @ points) / counts[:, None]
    # about the mean, not E[xxᵀ] − mmᵀ, which cancels for a small cluster far from 0; points last, as in the oracle
    offsets = points.T - means[:, :, None]
    covariances = (shares.T[:, None] * offsets) @ offsets.mT / counts[:, None, None]
    return Mixture(counts, means, (covariances + covariances.mT) / 2)


def floored(mixture: Mixture, floor: float) -> Mixture:
    """The mixture with eigenvalues of its covariances raised to at least `floor` (a variance).

    Raising eigenvalues, instead of adding to all of them, is the M step under the constraint C ⪰ floor·I:
    the likelihood still never falls, and components that are wide enough stay as they are.
    """
    values, vectors = torch.linalg.eigh(mixture.covariances)
    low = (values < floor).any(1)
    if not bool(low.any()):
        return mixture
    raised = vectors @ (values.clamp(min=floor)[:, :, None] * vectors.mT)
    covariances = torch.where(low[:, None, None], (raised + raised.mT) / 2, mixture.covariances)
    return Mixture(mixture.weights, mixture.means, covariances)


def narrow(mixture: Mixture, floor: float) -> list[bool]:
    """Which components have a variance below the floor in some direction: those that `floored` changes."""
    least: Tensor = torch.linalg.eigvalsh(mixture.covariances).amin(1)
    return [bool(value < floor) for value in least]


def scale2(points: Tensor) -> float:
    """The mean variance of a coordinate of points (N, d), which floors are shares of; 1 where all points are one."""
    variance = float(points.var(0, correction=0).mean())
    return variance or 1.0
