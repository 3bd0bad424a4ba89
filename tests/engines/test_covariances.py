"""The kinds of covariances of a fitted mixture: against scikit-learn, their members, and their free numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.mixture import GaussianMixture

from engines.checks.scikit_claims import PEERS
from engines.mixture import Mixture
from engines.representation.choice import fitted
from engines.representation.covariances import covariances
from engines.representation.em import EM
from engines.representation.starts import KMeansPlusPlus

KINDS = sorted(covariances())


def clusters(dimension: int, components: int) -> torch.Tensor:
    """500 points of clusters that lean and are of different sizes."""
    draw = np.random.default_rng(dimension)
    centres, lean = draw.normal(size=(components, dimension)) * 3, draw.normal(size=(components, dimension, dimension))
    which = draw.integers(0, components, 500)
    return torch.as_tensor(centres[which] + np.einsum("nij,nj->ni", lean[which], draw.normal(size=(500, dimension))))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(("dimension", "components"), [(1, 2), (2, 3), (3, 4)])
def test_a_settled_fit_is_scikit_learns_with_its_criteria(name: str, dimension: int, components: int) -> None:
    """From one start to the end, where neither moves any more; BIC and AIC count the same free numbers."""
    points, known = clusters(dimension, components), PEERS[name]
    start = KMeansPlusPlus()(points, components, seed=0)
    peer = GaussianMixture(components, covariance_type=known.name, reg_covar=0, tol=1e-13, max_iter=5000,
                           weights_init=start.weights.numpy(), means_init=start.means.numpy(),
                           precisions_init=known.told(torch.linalg.inv(start.covariances)).numpy()).fit(points.numpy())
    em = EM(covariances=covariances()[name](), tolerance=1e-13, iterations=5000)
    fit = fitted(points, components, em, KMeansPlusPlus(), seed=0, restarts=1)
    assert fit.settled
    whole = known.read(torch.as_tensor(peer.covariances_), dimension).expand(components, dimension, dimension)
    for ours, theirs in ((fit.mixture.weights, peer.weights_), (fit.mixture.means, peer.means_),
                         (fit.mixture.covariances, whole)):
        torch.testing.assert_close(ours, torch.as_tensor(theirs), rtol=0, atol=1e-4)
    assert fit.log_likelihood == pytest.approx(peer.score(points.numpy()) * 500, abs=1e-6)
    assert fit.bic == pytest.approx(peer.bic(points.numpy()), abs=1e-5)
    assert fit.aic == pytest.approx(peer.aic(points.numpy()), abs=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_a_member_stays_and_another_mixture_becomes_one(name: str) -> None:
    kind, points = covariances()[name](), clusters(2, 3)
    lean = torch.tensor([[2.0, 0.9], [0.9, 1.0]], dtype=torch.float64)
    made = kind.of(Mixture(torch.tensor([1.0, 2.0, 3.0]), points[:3], lean * torch.tensor([1.0, 2, 3])[:, None, None]))
    torch.testing.assert_close(kind.of(made).covariances, made.covariances)
    # a start from outside the family begins inside it, or the first M step could lower the likelihood
    outside = Mixture(torch.ones(3), points[:3], lean.expand(3, 2, 2))
    first = next(EM(covariances=kind)(points, outside))
    torch.testing.assert_close(first.mixture.covariances, kind.of(first.mixture).covariances)


def test_the_free_numbers_of_each_kind() -> None:
    counts = {name: covariances()[name]().free(5, 3) for name in KINDS}
    assert counts == {"diagonal": 15, "full": 30, "spherical": 5, "tied": 6}
    # on a line there is one variance each, of whatever kind
    assert [covariances()[name]().free(5, 1) for name in ("diagonal", "full", "spherical", "tied")] == [5, 5, 5, 1]


@pytest.mark.parametrize("name", KINDS)
def test_a_singular_cluster_keeps_the_least_variance_within_its_kind(name: str) -> None:
    """Points on a line and one far off: nothing is infinite, and the covariances stay of their kind."""
    points = torch.cat([torch.stack([torch.linspace(0, 1, 40, dtype=torch.float64)] * 2, 1),
                        torch.tensor([[50.0, 50.0]], dtype=torch.float64)])
    *_, end = EM(covariances=covariances()[name]())(points, KMeansPlusPlus()(points, 2, seed=1))
    kind = covariances()[name]()
    assert bool(end.mixture.covariances.isfinite().all())
    assert float(torch.linalg.eigvalsh(end.mixture.covariances).amin()) > 0
    torch.testing.assert_close(kind.of(end.mixture).covariances, end.mixture.covariances)
