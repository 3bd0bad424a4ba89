"""Optimal pairs of data and noise, and the velocities of pairs and of all the data."""

from __future__ import annotations

from itertools import permutations

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs
from engines.process.paths import paths
from engines.process.prediction import V, to_velocity
from engines.process.straight import Straight
from engines.training.draws import draw
from engines.training.objectives.base import Setting
from engines.training.objectives.coupling import Coupling, assignment, optimal
from engines.training.objectives.flow_matching import FlowMatching, marginal_velocity


@pytest.mark.parametrize("seed", range(5))
def test_no_permutation_of_six_costs_less(seed: int) -> None:
    x0, eps = torch.randn(2, 6, 2, generator=torch.Generator().manual_seed(seed))
    found = assignment(x0, eps)
    assert sorted(found.tolist()) == list(range(6))
    cost = float((x0 - eps[found]).square().sum())
    assert cost == pytest.approx(min(float((x0 - eps[list(p)]).square().sum()) for p in permutations(range(6))),
                                 rel=1e-5)


def test_images_are_paired_too() -> None:
    x0 = torch.randn(5, 1, 3, 3)
    # each noise is a datum, in another order and a little off
    order = torch.tensor([3, 0, 4, 1, 2])
    assert torch.equal(assignment(x0, x0[order] + 0.01)[torch.tensor([3, 0, 4, 1, 2])], torch.arange(5))


def test_optimal_pairs_are_nearer_and_deal_out_the_same_noise() -> None:
    x0, labels, path = blobs().sample(64).float(), torch.zeros(64, dtype=torch.long), Straight()
    draws, setting = draw(0, 0, (64, 2), path, 0.0), Setting(path, V())
    plain = FlowMatching().prepared(setting, x0, labels, draws)
    dealt = FlowMatching(coupling=Coupling.OPTIMAL).prepared(setting, x0, labels, draws)
    assert torch.equal(plain.eps, draws.eps)
    assert torch.equal(dealt.eps.sort(0).values, draws.eps.sort(0).values)
    assert float((x0 - dealt.eps).square().sum()) < 0.6 * float((x0 - draws.eps).square().sum())
    assert torch.equal(dealt.t, draws.t)


def test_noise_stays_within_its_class() -> None:
    x0, eps = torch.randn(2, 30, 2, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(30) % 3
    dealt = optimal(x0, eps, labels)
    for label in range(3):
        own = labels == label
        assert torch.equal(dealt[own].sort(0).values, eps[own].sort(0).values)
        assert torch.equal(dealt[own], eps[own][assignment(x0[own], eps[own])])


@pytest.mark.parametrize("path", [path() for path in paths().values()], ids=lambda path: path.name)
def test_the_marginal_velocity_is_the_mean_of_the_conditional_ones(path) -> None:  # type: ignore[no-untyped-def]
    """By the weights p(x0 | x_t) of data that are a few thousand points: within four standard errors."""
    data, t = blobs(), torch.tensor(0.6, dtype=torch.float64)
    x = path.diffuse(data.sample(1, 5), torch.tensor([[0.4, -0.2]], dtype=torch.float64), t)
    x0 = data.sample(20_000, 6)
    shares = (-(x - path.alpha(t) * x0).square().sum(1) / (2 * path.sigma(t).square())).softmax(0)
    single = to_velocity(path, x.expand_as(x0), x0, t)
    mean = shares @ single
    error = (shares.square() @ (single - mean).square()).sqrt()
    off = (marginal_velocity(path, MixtureDenoiser(data, path), x, t)[0] - mean).abs()
    assert bool((off < 4 * error).all())


def test_the_velocity_of_a_pair_is_constant_on_the_straight_path() -> None:
    x0, eps = torch.randn(2, 4, 2, dtype=torch.float64)
    for at in (0.1, 0.5, 0.9):
        t = torch.tensor(at, dtype=torch.float64)
        torch.testing.assert_close(to_velocity(Straight(), Straight().diffuse(x0, eps, t), x0, t), eps - x0)
