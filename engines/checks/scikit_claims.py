"""Claims on expectation–maximisation against scikit-learn: the same numbers from the same start."""
# torch.linalg and scikit-learn carry no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterator

import torch

from engines.checks.claim import Claim
from engines.checks.expectation_claims import COMPONENTS, ITERATIONS, KIND, POINTS, apart
from engines.data.points.base import point_sets
from engines.mixture import Mixture
from engines.representation.em import EM
from engines.representation.starts import KMeansPlusPlus

TOPICS = ("em:", "scikit-learn", "log-likelihood")


def absent() -> str:
    """Why nothing can be measured here, "" where it can."""
    return "" if importlib.util.find_spec("sklearn") else ("scikit-learn is not installed, so that agreement with it "
                                                           "is not measured; install it with pip and check again.")


def claims() -> Iterator[Claim]:
    """Every claim here; a second or two, most of them to import scikit-learn."""
    if not absent():
        yield from peer_claims(EM(iterations=ITERATIONS, tolerance=0))


def peer_claims(em: EM) -> Iterator[Claim]:
    """scikit-learn's GaussianMixture from the same start, after as many iterations."""
    from sklearn.mixture import GaussianMixture

    points = point_sets()["unequal-blobs"]().sample(POINTS, 3)
    start = KMeansPlusPlus()(points, COMPONENTS, seed=1)
    precisions = torch.linalg.inv(start.covariances).numpy()
    peer = GaussianMixture(COMPONENTS, reg_covar=0, tol=0, max_iter=em.iterations,
                           weights_init=start.weights.numpy(), means_init=start.means.numpy(),
                           precisions_init=precisions)
    with warnings.catch_warnings(action="ignore"):  # that it has not settled, which is not asked for
        peer.fit(points.numpy())
    *_, end = em(points, start)
    theirs = Mixture(*(torch.as_tensor(part) for part in (peer.weights_, peer.means_, peer.covariances_)))
    yield Claim("em: weights, means and covariances are scikit-learn’s", KIND, apart(end.mixture, theirs), 0, 1e-6)
    yield Claim("em: the log-likelihood of a point is scikit-learn’s", KIND, end.log_likelihood / POINTS,
                float(peer.score(points.numpy())), 1e-6)
