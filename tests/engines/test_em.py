"""Expectation–maximisation: against scikit-learn, closed forms, and what must hold at every half step."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.mixture import GaussianMixture
from torch.distributions import MultivariateNormal

from engines.analytic import Mixture
from engines.component import build
from engines.errors import BadInput
from engines.representation.choice import fitted, sweep
from engines.representation.covariances import covariances
from engines.representation.em import EM, Emptied, EMStep, Half
from engines.representation.gaussian import fit_gaussian
from engines.representation.starts import KMeansPlusPlus, OnePlace, RandomPoints, Start, starts


def _blobs(centres: list[list[float]], spread: float = 0.1, each: int = 60, seed: int = 0) -> torch.Tensor:
    """Round clusters of points around the centres."""
    means = torch.tensor(centres, dtype=torch.float64).repeat_interleave(each, 0)
    noise = torch.randn(means.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return means + spread * noise


def _wild(count: int, dimension: int, seed: int) -> torch.Tensor:
    """Points of no kind: heavy tails, some on top of each other, one coordinate perhaps far wider than another."""
    draw = np.random.default_rng(seed)
    points = draw.standard_cauchy((count, dimension)) * draw.choice([1e-3, 1, 50], dimension)
    return torch.as_tensor(points[draw.integers(0, count, count)])


def _run(points: torch.Tensor, start: Mixture, em: EM | None = None) -> list[EMStep]:
    return list((em or EM())(points, start))


@settings(deadline=None, max_examples=60)
@given(st.integers(4, 60), st.integers(1, 3), st.integers(1, 4), st.integers(0, 10_000),
       st.sampled_from(sorted(starts())), st.sampled_from(sorted(covariances())))
def test_the_likelihood_never_falls_and_the_bound_lies_below_it(count: int, dimension: int, components: int, seed: int,
                                                                name: str, kind: str) -> None:
    points = _wild(count, dimension, seed)
    em = EM(iterations=25, covariances=covariances()[kind]())
    steps = _run(points, starts()[name]()(points, components, seed), em)
    for step in steps:
        slack = 1e-9 * (count + abs(step.log_likelihood))
        assert step.gap >= -slack
        assert step.half is not Half.E or abs(step.gap) <= slack
        torch.testing.assert_close(step.shares.sum(1), torch.ones(count, dtype=torch.float64))
    for before, after in pairwise(steps):
        slack = 1e-8 * (count + abs(before.log_likelihood))
        assert after.log_likelihood >= before.log_likelihood - slack
        # each half step raises the bound as well: E by its shares, M by its components
        assert after.bound >= before.bound - slack


def test_half_steps_alternate_and_change_only_their_half() -> None:
    points = _blobs([[0, 0], [2, 0]])
    steps = _run(points, RandomPoints()(points, 2), EM(iterations=4, tolerance=0))
    assert [s.half for s in steps] == [Half.START, *[Half.E, Half.M] * 4, Half.E]
    assert [s.index for s in steps] == list(range(10))
    assert [s.iteration for s in steps] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    for before, after in pairwise(steps):
        assert after.half is not Half.E or after.mixture is before.mixture
        assert after.half is not Half.M or after.shares is before.shares
    assert steps[0].gap > 0.1  # uniform shares are no posterior
    assert steps[2].gap > 1e-3


def test_the_steps_are_those_of_the_textbook() -> None:
    """Bishop 2006, eq. 9.23 to 9.28, written out with PyTorch's own Gaussian."""
    points = _blobs([[0, 0], [1, 0.5], [0, 1]], spread=0.4)
    start, e, m = _run(points, KMeansPlusPlus()(points, 3), EM(iterations=1))[:3]
    densities = torch.stack([w * MultivariateNormal(mean, c).log_prob(points).exp() for w, mean, c in zip(
        start.mixture.weights, start.mixture.means, start.mixture.covariances, strict=True)], 1)
    torch.testing.assert_close(e.shares, densities / densities.sum(1, keepdim=True))
    assert e.log_likelihood == pytest.approx(float(densities.sum(1).log().sum()))
    for k in range(3):
        r = e.shares[:, k]
        torch.testing.assert_close(m.mixture.means[k], (r[:, None] * points).sum(0) / r.sum())
        torch.testing.assert_close(m.mixture.covariances[k], torch.cov(points.T, correction=0, aweights=r))
        assert float(m.mixture.weights[k]) == pytest.approx(float(r.sum()) / len(points))


@pytest.mark.parametrize(("dimension", "components", "iterations"), [(1, 2, 30), (2, 3, 1), (2, 5, 60), (4, 3, 40)])
def test_agrees_with_scikit_learn_from_the_same_start(dimension: int, components: int, iterations: int) -> None:
    draw = np.random.default_rng(dimension)
    centres = draw.normal(size=(components, dimension)) * 2
    points = torch.as_tensor(centres[draw.integers(0, components, 500)] + draw.normal(size=(500, dimension)))
    start = KMeansPlusPlus()(points, components, seed=1)
    peer = GaussianMixture(components, reg_covar=0, tol=0, max_iter=iterations, weights_init=start.weights.numpy(),
                           means_init=start.means.numpy(), precisions_init=torch.linalg.inv(start.covariances).numpy())
    # it warns that it did not settle, which a tolerance of 0 asks for
    with pytest.warns(UserWarning, match="did not converge"):
        peer.fit(points.numpy())
    end = _run(points, start, EM(iterations=iterations, tolerance=0))[-1]
    for ours, theirs in (
            (end.mixture.weights, peer.weights_), (end.mixture.means, peer.means_),
            (end.mixture.covariances, peer.covariances_), (end.shares, peer.predict_proba(points.numpy()))):
        torch.testing.assert_close(ours, torch.as_tensor(theirs), rtol=0, atol=1e-6)
    assert end.log_likelihood == pytest.approx(peer.score(points.numpy()) * 500, abs=1e-6)
    fit = fitted(points, components, EM(iterations=iterations, tolerance=0), _Given(), restarts=1)
    assert fit.bic == pytest.approx(peer.bic(points.numpy()), abs=1e-5)
    assert fit.aic == pytest.approx(peer.aic(points.numpy()), abs=1e-5)


class _Given(Start):
    """k-means++ with seed 1, whatever the seed."""

    def means(self, points: torch.Tensor, components: int, generator: torch.Generator) -> torch.Tensor:
        return KMeansPlusPlus().means(points, components, torch.Generator().manual_seed(1))


def test_one_gaussian_is_its_closed_form_and_the_end_of_one_component() -> None:
    points = _wild(200, 2, 3)
    single = fit_gaussian(points)
    torch.testing.assert_close(single.means[0], points.mean(0))
    torch.testing.assert_close(single.covariances[0], torch.cov(points.T, correction=0))
    end = _run(points, RandomPoints()(points, 1))[-1]
    torch.testing.assert_close(end.mixture.means, single.means)
    torch.testing.assert_close(end.mixture.covariances, single.covariances)
    # no Gaussian is likelier: the gradient of the log-likelihood vanishes there
    mean = single.means[0].clone().requires_grad_()
    covariance = single.covariances[0].clone().requires_grad_()
    MultivariateNormal(mean, covariance).log_prob(points).mean().backward()
    assert mean.grad is not None
    assert covariance.grad is not None
    assert float(mean.grad.abs().max()) < 1e-9
    assert float((covariance.grad * covariance.detach()).abs().max()) < 1e-9


@pytest.mark.parametrize("modes", [1, 2, 4])
def test_bic_picks_the_true_number_of_clusters(modes: int) -> None:
    points = _blobs([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0], [3.0, 3.0]][:modes], spread=0.4, each=100)
    fits = list(sweep(points, range(1, 7), EM(), KMeansPlusPlus(), restarts=4))
    assert [f.components for f in fits] == [1, 2, 3, 4, 5, 6]
    assert min(fits, key=lambda f: f.bic).components == modes
    assert all(f.settled for f in fits if f.components <= modes)
    # more components fit the same points better, which is why the likelihood alone does not choose
    assert fits[-1].log_likelihood > fits[modes - 1].log_likelihood


def test_the_criteria_count_what_is_free() -> None:
    fit = fitted(_blobs([[0, 0], [3, 0]]), 2, EM(), KMeansPlusPlus())
    assert fit.parameters == 1 + 4 + 6
    assert fit.bic == pytest.approx(11 * math.log(120) - 2 * fit.log_likelihood)
    assert fit.aic == pytest.approx(22 - 2 * fit.log_likelihood)


def test_the_best_of_several_starts_is_taken() -> None:
    points = _blobs([[0, 0], [3, 0], [0, 3], [3, 3], [1.5, 6]])
    alone = [fitted(points, 5, EM(), RandomPoints(), seed=s, restarts=1).log_likelihood for s in range(4)]
    assert fitted(points, 5, EM(), RandomPoints(), restarts=4).log_likelihood == max(alone)
    assert max(alone) - min(alone) > 10


def test_k_means_plus_plus_finds_every_cluster_where_random_points_do_not() -> None:
    points = _blobs([[10.0 * i, 10.0 * j] for i in range(3) for j in range(3)])

    def missed(start: Start) -> int:
        """Clusters without a mean, over ten seeds."""
        return sum(9 - len((start(points, 9, seed).means / 10).round().unique(dim=0)) for seed in range(10))

    assert missed(KMeansPlusPlus()) == 0
    assert missed(RandomPoints()) > 10


def test_starts_are_points_with_a_seed() -> None:
    points = _wild(50, 2, 1)
    for start in (KMeansPlusPlus(), RandomPoints(), OnePlace()):
        mixture = start(points, 4, seed=5)
        assert torch.equal(mixture.means, start(points, 4, seed=5).means)
        assert not torch.equal(mixture.means, start(points, 4, seed=6).means)
        assert all(bool((points == mean).all(1).any()) for mean in mixture.means)
        assert mixture.weights.tolist() == [0.25] * 4


def test_components_at_one_place_never_part_but_for_a_little_spread() -> None:
    points = _blobs([[0, 0], [3, 0]])
    stuck = _run(points, OnePlace()(points, 2))[-1]
    torch.testing.assert_close(stuck.mixture.means[0], points.mean(0))
    torch.testing.assert_close(stuck.mixture.means[1], points.mean(0))
    assert stuck.settled
    freed = _run(points, OnePlace(spread=0.2)(points, 2), EM(tolerance=1e-12))[-1]
    assert freed.log_likelihood > stuck.log_likelihood + 10
    assert float((freed.mixture.means[0] - freed.mixture.means[1]).norm()) == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("points", [torch.zeros(6, 2), torch.arange(12.0).reshape(6, 2), torch.eye(3),
                                    torch.tensor([[0.0], [0], [0], [1e-9], [5], [5]])],
                         ids=["one point", "a line", "as many as components", "pairs"])
def test_a_singular_cluster_keeps_the_least_variance(points: torch.Tensor) -> None:
    em = EM(floor=1e-4, iterations=50)
    floor = 1e-4 * (float(points.double().var(0, correction=0).mean()) or 1)
    for step in _run(points, KMeansPlusPlus()(points, 3), em):
        assert math.isfinite(step.log_likelihood)
        values = torch.linalg.eigvalsh(step.mixture.covariances)
        assert float(values.min()) >= floor * (1 - 1e-9)
    single = fit_gaussian(points, floor)
    assert float(torch.linalg.eigvalsh(single.covariances).min()) >= floor * (1 - 1e-9)


def test_a_narrow_start_is_widened_and_said() -> None:
    points = _blobs([[0, 0], [3, 0]])
    narrow = Mixture(torch.ones(2), points[[0, 100]], torch.zeros(2, 2, 2))
    steps = _run(points, narrow)
    assert "widened" in steps[0].note
    assert not any(s.note for s in steps[1:])
    assert steps[-1].mixture.weights.tolist() == pytest.approx([0.5, 0.5])


def test_a_component_that_becomes_singular_is_said_once_where_it_happened() -> None:
    points = torch.cat([_blobs([[0, 0]]), torch.tensor([[5.0, 5.0]]).repeat(4, 1)])
    start = Mixture(torch.ones(2), torch.tensor([[0.0, 0], [5, 5]]), (0.1 * torch.eye(2)).repeat(2, 1, 1))
    steps = _run(points, start, EM(iterations=10, tolerance=0))
    (told,) = [s for s in steps if s.note]
    assert told.index == 2
    assert told.note.startswith("Component 2 became singular, a point or a line, and was kept at the least variance")
    # it keeps to the rules of the constrained fit: nothing falls, and the run may settle
    assert all(after.log_likelihood >= before.log_likelihood - 1e-9 for before, after in pairwise(steps))


@pytest.mark.parametrize("emptied", list(Emptied))
def test_a_component_without_points_is_dropped_or_put_elsewhere_and_said(emptied: Emptied) -> None:
    points = _blobs([[0, 0], [3, 0]])
    far = Mixture(torch.ones(3), torch.tensor([[0.0, 0], [900, 900], [3, 0]]), (0.1 * torch.eye(2)).repeat(3, 1, 1))
    steps = _run(points, far, EM(emptied=emptied))
    (told,) = [s for s in steps if "no points left" in s.note]
    assert told.half is Half.M
    assert told.index == 2
    assert told.note.startswith("Component 2 had no points left and was ")
    assert told.note.endswith("dropped." if emptied is Emptied.DROP else "put where the fit was worst.")
    assert steps[-1].settled
    # who is left keeps its number, and with it its colour
    assert steps[-1].numbers == ((0, 2) if emptied is Emptied.DROP else (0, 1, 2))
    assert len(steps[-1].mixture.weights) == len(steps[-1].numbers)
    if emptied is Emptied.RESEED:
        assert bool((points == told.mixture.means[1]).all(1).any())
        assert float(steps[-1].shares[:, 1].sum()) > 1


@pytest.mark.parametrize(("points", "components", "words"), [
    (torch.zeros(3, 2), 4, "4 components cannot be fitted to 3 points; choose 3 or fewer."),
    (torch.zeros(1, 2), 2, "2 components cannot be fitted to 1 point; choose 1 or fewer."),
    (torch.zeros(0, 2), 1, "1 component cannot be fitted to 0 points; give it points first."),
    (torch.zeros(3, 2), 0, "cannot have 0 components; choose 1 or more."),
    (torch.tensor([[0.0], [math.nan]]), 1, "1 point of 2 cannot be fitted: not finite"),
    (torch.tensor([[0.0], [1e200]]).double(), 1, "1 point of 2 cannot be fitted: not finite, or larger"),
    (torch.zeros(5), 1, r"not in the shape \(5,\)"),
])
def test_what_cannot_be_fitted_is_refused_in_a_sentence(points: torch.Tensor, components: int, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        RandomPoints()(points, components)
    with pytest.raises(BadInput, match=words):
        fitted(points, components, EM(), KMeansPlusPlus())


def test_a_start_of_other_dimensions_is_refused() -> None:
    with pytest.raises(BadInput, match="Points of 2 numbers cannot be fitted from a start in 1 dimensions"):
        _run(torch.zeros(5, 2), RandomPoints()(torch.zeros(5, 1), 1))


@pytest.mark.parametrize("name", sorted(starts()))
def test_every_start_presents_itself_and_reads_back(name: str) -> None:
    start = starts()[name]()
    assert start.title
    assert start.summary.endswith(".")
    assert build(Start, start.model_dump(mode="json"), starts) == start
    assert build(EM, EM(floor=1e-3).model_dump(mode="json")) == EM(floor=1e-3)


def test_gradients_are_not_kept_nor_switched_off_for_the_reader() -> None:
    points = _blobs([[0, 0], [3, 0]]).requires_grad_()
    steps = EM()(points, RandomPoints()(points, 2))
    next(steps)
    assert torch.is_grad_enabled()
    assert not next(steps).shares.requires_grad
    steps.close()
