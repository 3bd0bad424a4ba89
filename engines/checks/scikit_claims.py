"""Claims on expectation–maximisation against scikit-learn: the same numbers from the same start."""
# torch.linalg and scikit-learn carry no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor

from engines.checks.claim import Statement, stated
from engines.checks.expectation_claims import COMPONENTS, ITERATIONS, KIND, POINTS, mixture_gap
from engines.data.points.base import point_sets
from engines.mixture import Mixture
from engines.representation.choice import Fit
from engines.representation.covariances import covariances
from engines.representation.em import EM
from engines.representation.starts import KMeansPlusPlus


@dataclass(frozen=True, slots=True)
class Peer:
    """What scikit-learn calls a kind of covariances, and how it has them instead of as (K, d, d) and (…, d)."""

    name: Literal["full", "diag", "spherical", "tied"]
    told: Callable[[Tensor], Tensor]
    read: Callable[[Tensor, int], Tensor]


PEERS = {
    "full": Peer("full", lambda c: c, lambda c, _d: c),
    "diagonal": Peer("diag", lambda c: c.diagonal(dim1=1, dim2=2), lambda c, _d: torch.diag_embed(c)),
    "spherical": Peer("spherical", lambda c: c[:, 0, 0],
                      lambda c, d: c[:, None, None] * torch.eye(d, dtype=torch.float64)),
    "tied": Peer("tied", lambda c: c[0], lambda c, _d: c)}


def absent() -> str:
    """Why nothing can be measured here, "" where it can."""
    return "" if importlib.util.find_spec("sklearn") else ("scikit-learn is not installed, so that agreement with it "
                                                           "is not measured; install it with pip and check again.")


def claims() -> Iterator[Statement]:
    """Every claim here. To state them imports nothing: names of claims are asked for where scikit-learn is not."""
    yield from peer_claims(EM(iterations=ITERATIONS, tolerance=0))


def peer_claims(em: EM) -> Iterator[Statement]:
    """scikit-learn's GaussianMixture with each kind of covariances, from the same start, after as many iterations."""
    points = point_sets()["unequal-blobs"]().sample(POINTS, 3)
    for name, kind in covariances().items():
        if name in PEERS:  # and not one of the user's own
            yield from _peer_claims(name, em.changed(covariances=kind()), points)


def _peer_claims(name: str, em: EM, points: Tensor) -> Iterator[Statement]:
    """With one kind of covariances."""
    theirs, ours = cache(lambda: peer(points, em)), cache(lambda: fitted(points, em))
    yield stated(f"em: weights, means and {name} covariances are scikit-learn’s", KIND,
                 lambda: mixture_gap(ours().mixture, theirs()[0]), 0, 1e-6)
    yield stated(f"em: the log-likelihood of a point is scikit-learn’s, {name}", KIND,
                 lambda: ours().log_likelihood / POINTS, lambda: theirs()[1], 1e-6)
    yield stated(f"em: BIC is scikit-learn’s, {name}", KIND, lambda: ours().bic, lambda: theirs()[2], 1e-4)


def fitted(points: Tensor, em: EM) -> Fit:
    """What this program comes to."""
    *_, end = em(points, KMeansPlusPlus()(points, COMPONENTS, seed=1))
    return Fit(COMPONENTS, end.mixture, end.log_likelihood, POINTS, settled=False, covariances=em.covariances)


def peer(points: Tensor, em: EM) -> tuple[Mixture, float, float]:
    """What scikit-learn comes to: the mixture, the log-likelihood of a point, and BIC."""
    from sklearn.mixture import GaussianMixture

    start = KMeansPlusPlus()(points, COMPONENTS, seed=1)
    known, d = PEERS[em.covariances.name], points.shape[1]
    found = GaussianMixture(COMPONENTS, covariance_type=known.name, reg_covar=0, tol=0, max_iter=em.iterations,
                            weights_init=start.weights.numpy(), means_init=start.means.numpy(),
                            precisions_init=known.told(torch.linalg.inv(start.covariances)).numpy())
    with warnings.catch_warnings(action="ignore"):  # that it has not settled, which is not asked for
        found.fit(points.numpy())
    whole = known.read(torch.as_tensor(found.covariances_), d).expand(COMPONENTS, d, d)
    mixture = Mixture(torch.as_tensor(found.weights_), torch.as_tensor(found.means_), whole)
    return mixture, float(found.score(points.numpy())), float(found.bic(points.numpy()))
