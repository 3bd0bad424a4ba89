"""The study of pairs: its velocity carries the density, and near pairs make straight paths that cost few steps."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.studies.couplings import STEPS, Couplings, PairFlow, bend, dealt
from tests.engines.test_studies import charts, series


def test_of_one_pair_the_path_is_the_straight_line_between_both() -> None:
    x0, eps = torch.tensor([[2.0, 0.0]], dtype=torch.float64), torch.tensor([[-1.0, 1.0]], dtype=torch.float64)
    path = PairFlow(x0, eps, 0.1).path(eps + 0.3, 5)
    torch.testing.assert_close(path[-1], x0 + 0.3)
    assert bend(path) == pytest.approx(1)


def test_of_many_random_pairs_it_is_the_marginal_velocity_of_flow_matching() -> None:
    """Data N(0, 4) and noise N(0, 1): v = E[eps − x₀ | x_t = x], a line through 0."""
    draw = torch.Generator().manual_seed(0)
    x0, eps = (torch.randn(40_000, 1, dtype=torch.float64, generator=draw) for _ in range(2))
    t, blur, x = 0.4, 0.1, torch.tensor([[-1.0], [0.5], [1.5]], dtype=torch.float64)
    variance = (1 - t) ** 2 * 4 + t**2 + blur**2
    exact = (t - (1 - t) * 4) / variance * x
    torch.testing.assert_close(PairFlow(2 * x0, eps, blur).velocity(x, t), exact, atol=0.1, rtol=0.05)


def test_noise_is_dealt_out_within_batches_only() -> None:
    draw = torch.Generator().manual_seed(0)
    x0, eps = (torch.randn(12, 2, dtype=torch.float64, generator=draw) for _ in range(2))
    found = dealt(x0, eps, 4)
    for k in range(0, 12, 4):
        assert sorted(found[k:k + 4].tolist()) == sorted(eps[k:k + 4].tolist())
        assert (x0 - found)[k:k + 4].square().sum() <= (x0 - eps)[k:k + 4].square().sum()
    assert torch.equal(dealt(x0, eps, 1), eps)


def test_optimal_pairs_make_straighter_paths_and_euler_needs_fewer_steps() -> None:
    found = charts(Couplings(count=60))
    bends = np.array(series(found["Bend of the paths"], "Paths of the mean velocity").y)
    assert (np.diff(bends) < 0).all(), "the larger the batch, the straighter"
    assert bends[0] > 1.4
    assert 1 <= bends[-1] < 1.02
    errors = found["Euler’s error"]
    random, optimal = (np.array(series(errors, name).y) for name in ("Pairs at random", "Optimal pairs"))
    assert (optimal < random / 4).all()
    assert optimal[STEPS.index(4)] < random[STEPS.index(32)] * 1.2, "an eighth of the steps"
